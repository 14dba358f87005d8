// The operations that were asked for on this page, each followed until it is settled.
import { ref, shallowReactive } from 'vue'
import type { Operation } from '@/api/client'
import { Problem } from '@/api/problem'
import { may } from '@/session/may'
import { isAsAsked } from './outcome'
import { read, request } from './requests'

const kUndoFor = 5_000
const kGiveUpAfter = 180_000
const kKept = 20

export interface Followed {
  operation: Operation
  /** Until then one click takes it back. */
  undoUntil: number
  trouble?: 'retrying' | 'gone'
  undoing?: boolean
  undoProblem?: Problem
}

/** Newest first. */
export const followed = shallowReactive<Followed[]>([])
/** Rises whenever an operation changed something, so that lists are read again. */
export const changes = ref(0)

/** Proof usually comes within milliseconds; what takes long is asked for less often. */
export function pauseAfter(milliseconds: number): number {
  if (milliseconds < 1_500) return 150
  return milliseconds < 12_000 ? 500 : 2_000
}

function put(operation: Operation, news: Partial<Followed>): boolean {
  const at = followed.findIndex((one) => one.operation.id === operation.id)
  if (at < 0) return false
  followed[at] = { ...followed[at]!, ...news, operation }
  return true
}

async function keepReading(first: Operation) {
  const began = Date.now()
  let latest = first
  while (latest.state !== 'settled') {
    await new Promise((done) => window.setTimeout(done, pauseAfter(Date.now() - began)))
    let trouble: Followed['trouble']
    try {
      const before = latest.state
      latest = await read(latest)
      if (latest.state !== before) changes.value += 1
    } catch (error) {
      const passing = Problem.withoutAnswer(error).passing && Date.now() - began < kGiveUpAfter
      trouble = passing ? 'retrying' : 'gone'
    }
    if (!put(latest, { trouble }) || trouble === 'gone') return
  }
}

export function follow(operation: Operation): void {
  const undoUntil = operation.kind === 'remove' ? Date.now() + kUndoFor : 0
  followed.unshift({ operation, undoUntil })
  followed.splice(kKept)
  changes.value += 1
  void keepReading(operation)
}

export function dismiss(id: string): void {
  const at = followed.findIndex((one) => one.operation.id === id)
  if (at >= 0) followed.splice(at, 1)
}

export async function undo(one: Followed, reason: string): Promise<void> {
  const { operation } = one
  put(operation, { undoing: true, undoProblem: undefined })
  try {
    follow(await request('restore', { cluster: operation.cluster, namespace: operation.namespace, pod: operation.pod }, { reason }))
    put(operation, { undoing: false })
  } catch (error) {
    put(operation, { undoing: false, undoProblem: Problem.withoutAnswer(error) })
  }
}

/** True while this removal is the last word on its Pod, so that there is something to put back. */
export function canPutBack(one: Followed, all: readonly Followed[]): boolean {
  const { operation } = one
  if (operation.kind !== 'remove' || !may('write', operation.cluster, operation.namespace)) return false
  if (operation.state === 'open' || (operation.outcome && !isAsAsked(operation.outcome))) return false
  const newest = all.find(({ operation: other }) => other.cluster === operation.cluster && other.namespace === operation.namespace && other.pod === operation.pod)
  return newest?.operation.id === operation.id
}
