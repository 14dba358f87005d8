import type { Notice } from '@/api/client'
import type { Problem } from '@/api/problem'

/** Refusals that the person may override: the minimum of a Service by force, an unsure restore by confirming it. */
const kOverridable = new Set(['below_minimum', 'minimum_unreadable', 'unrecorded', 'changed_outside'])

export interface Refusal {
  notices: Notice[]
  overridable: boolean
}

/** What a refused dry run says; undefined when the request failed for another reason. */
export function refusalOf(problem: Problem | undefined): Refusal | undefined {
  if (problem?.status !== 409 || !problem.operation) return undefined
  const listed = (problem.operation as { refusals?: Notice[] }).refusals
  // What stopped it may have come after the guards: the API server's admission, another Pod under the name.
  const notices = listed?.some((one) => one.code === problem.code) ? listed : [{ code: problem.code, message: problem.message }]
  return { notices, overridable: notices.every((one) => one.overridable ?? kOverridable.has(one.code)) }
}
