import type { Problem } from '@/api/problem'
import { words } from '@/i18n'

const kSilent = new Set(['cluster_unreachable', 'cluster_timeout'])

export function problemTitle(problem: Problem): string {
  const w = words.value.problem
  switch (problem.status) {
    case 0:
      return w.noAnswer
    case 403:
      return w.forbidden
    case 404:
      return w.missing
    case 429:
      return w.tooMany
    default:
      break
  }
  if (kSilent.has(problem.code)) return w.unreachable
  if (problem.code.startsWith('cluster_')) return w.cluster
  return problem.passing ? w.unavailable : w.other
}
