// How the table says a Pod's status and traffic.
import type { Pod } from '@/api/client'
import type { IconName } from '@/components/icons'
import type { Tone } from '@/components/StateBadge.vue'
import type { Words } from '@/i18n/zh'
import { loadOf, trafficOf, type Label } from './traffic'

export interface Badge {
  tone: Tone
  icon: IconName
  text: string
  title?: string
}

const kPassing = new Set(['Pending', 'ContainerCreating', 'PodInitializing', 'Terminating', 'NotReady', 'Unknown'])

export function statusBadge(pod: Pod, w: Words): Badge {
  const text = pod.status
  if (text === 'Running') return pod.ready === false ? { tone: 'warn', icon: 'warning', text, title: w.pods.notReady } : { tone: 'good', icon: 'check', text }
  if (text === 'Completed' || text === 'Succeeded') return { tone: 'quiet', icon: 'check', text }
  return kPassing.has(text) || text.startsWith('Init:') ? { tone: 'warn', icon: 'warning', text } : { tone: 'bad', icon: 'stop', text }
}

export function trafficBadge(pod: Pod, label: Label, w: Words): Badge {
  switch (trafficOf(pod, label)) {
    case 'out':
      if (pod.removal?.outcome === 'removed_still_routed') return { tone: 'bad', icon: 'warning', text: w.pods.stillRouted }
      if (pod.removal?.outcome === 'applied_unverified') return { tone: 'warn', icon: 'cross', text: w.pods.unverified }
      return { tone: 'warn', icon: 'cross', text: w.pods.out }
    case 'in':
      return { tone: 'good', icon: 'arrow', text: w.pods.receiving }
    case 'other': {
      const load = loadOf(pod, label)
      if (load === label.online) return { tone: 'quiet', icon: 'minus', text: w.pods.notReady, title: w.pods.notReadyTitle }
      if (load === null) return { tone: 'quiet', icon: 'minus', text: w.pods.unlabelled, title: w.pods.unlabelledTitle(label.name) }
      return { tone: 'quiet', icon: 'minus', text: w.pods.otherValue(load) }
    }
  }
}
