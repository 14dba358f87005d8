import type { Pod } from '@/api/client'
import { trafficOf, type Label } from './traffic'

export const sortables = ['name', 'status', 'traffic', 'node', 'created', 'restarts'] as const
export type SortKey = (typeof sortables)[number]
export interface Sort {
  key: SortKey
  down: boolean
}

/** From the address: `restarts`, or `-restarts` for the other direction. */
export function parseSort(text: unknown): Sort {
  const [, minus, key] = /^(-?)(\w+)$/.exec(String(text ?? '')) ?? []
  return { key: sortables.find((one) => one === key) ?? 'name', down: minus === '-' }
}

export const printSort = (sort: Sort) => `${sort.down ? '-' : ''}${sort.key}`

const plain = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const address = new Intl.Collator('en', { numeric: true })

export function comparison(sort: Sort, label: Label): (a: Pod, b: Pod) => number {
  const by: Record<SortKey, (a: Pod, b: Pod) => number> = {
    name: () => 0,
    status: (a, b) => plain(a.status, b.status),
    traffic: (a, b) => plain(trafficOf(a, label), trafficOf(b, label)),
    node: (a, b) => address.compare(a.node_ip, b.node_ip),
    created: (a, b) => plain(a.created_at ?? a.created_time, b.created_at ?? b.created_time),
    restarts: (a, b) => a.restart_count - b.restart_count,
  }
  const direction = sort.down ? -1 : 1
  return (a, b) => direction * (by[sort.key](a, b) || plain(a.name, b.name))
}

export const identity = (pod: Pod) => pod.uid ?? pod.name

/**
 * The order in which Pods are shown: those already shown stay where they are, whatever changed in them, so that no row
 * moves under a pointer; new ones go in where they belong.
 */
export function steadyOrder(pods: Pod[], shown: readonly string[], compare: (a: Pod, b: Pod) => number): Pod[] {
  const rest = new Map(pods.map((pod) => [identity(pod), pod]))
  const order: Pod[] = []
  for (const id of shown) {
    const pod = rest.get(id)
    if (pod && rest.delete(id)) order.push(pod)
  }
  if (order.length === 0) return [...rest.values()].sort(compare)
  const added = [...rest.values()].sort(compare)
  if (added.length === 0) return order
  const merged: Pod[] = []
  let next = 0
  for (const pod of order) {
    while (next < added.length && compare(added[next]!, pod) < 0) merged.push(added[next++]!)
    merged.push(pod)
  }
  return merged.concat(added.slice(next))
}
