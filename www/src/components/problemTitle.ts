import type { Problem } from '@/api/problem'
import { words } from '@/i18n'

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
    case 502:
    case 503:
    case 504:
      return w.unreachable
    default:
      return w.other
  }
}
