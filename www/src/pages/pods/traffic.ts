// Whether a Pod receives traffic: what the EndpointSlices say (its member `traffic`), or, while podload is not in step with
// the cluster, what its label and readiness let expect.
import type { Cluster, Pod } from '@/api/client'

export const groups = ['in', 'out', 'other', 'abnormal'] as const
export type Group = (typeof groups)[number]
export type Label = NonNullable<Cluster['label']>

export const kUsualLabel: Label = { name: 'load', online: 'online', done: 'done' }

const kWell = new Set(['Running', 'Completed', 'Succeeded'])

export function loadOf(pod: Pod, label: Label): string | null {
  return pod.load !== undefined ? pod.load : (pod.labels[label.name] ?? null)
}

/** in: it receives new connections; out: taken out; other: neither. */
export function trafficOf(pod: Pod, label: Label): 'in' | 'out' | 'other' {
  if (pod.has_removeload) return 'out'
  if (pod.traffic) return pod.traffic.state === 'receiving' ? 'in' : 'other'
  return loadOf(pod, label) === label.online && pod.ready !== false ? 'in' : 'other'
}

export function abnormal(pod: Pod): boolean {
  return !kWell.has(pod.status) || (pod.status === 'Running' && pod.ready === false)
}

export function inGroup(pod: Pod, group: Group, label: Label): boolean {
  return group === 'abnormal' ? abnormal(pod) : trafficOf(pod, label) === group
}

export function countGroups(pods: Pod[], label: Label): Record<Group, number> {
  const counts = { in: 0, out: 0, other: 0, abnormal: 0 }
  for (const pod of pods) {
    counts[trafficOf(pod, label)] += 1
    if (abnormal(pod)) counts.abnormal += 1
  }
  return counts
}

/** True when every word of the search stands somewhere in what the row shows. */
export function matches(pod: Pod, search: string): boolean {
  const text = [pod.name, pod.status, pod.node_ip, pod.pod_ip, pod.removal?.username, pod.removal?.reason].join('\n').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
