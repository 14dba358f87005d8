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

/** What the EndpointSlices say. */
function provenBadge(pod: Pod, traffic: NonNullable<Pod['traffic']>, w: Words): Badge {
  const routing = traffic.services.filter((service) => service.routes).map((service) => service.name)
  const title = routing.length > 0 ? w.pods.routedBy(routing.join(', ')) : undefined
  switch (traffic.state) {
    case 'receiving':
      return { tone: 'good', icon: 'arrow', text: w.pods.receiving, title }
    case 'still_routed':
      return { tone: 'bad', icon: 'warning', text: w.pods.stillRouted, title }
    case 'out':
      return { tone: 'warn', icon: 'cross', text: pod.removal ? w.pods.outProven : w.pods.outElsewhere }
    case 'waiting':
      return { tone: 'quiet', icon: 'minus', text: w.pods.waiting, title: w.pods.waitingTitle }
    case 'not_ready':
      return { tone: 'quiet', icon: 'minus', text: w.pods.notReady, title: w.pods.notReadyTitle }
    case 'ending':
      return { tone: 'quiet', icon: 'minus', text: w.pods.ending, title }
    case 'no_service':
      return { tone: 'quiet', icon: 'minus', text: w.pods.noService, title: w.pods.noServiceTitle }
  }
}

export function trafficBadge(pod: Pod, label: Label, w: Words): Badge {
  // Without the label, or with a value that is not podload's, this says more than that no Service selects the Pod.
  const isLabelled = pod.has_removeload || loadOf(pod, label) === label.online
  if (pod.traffic && (isLabelled || pod.traffic.state !== 'no_service')) return provenBadge(pod, pod.traffic, w)
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
