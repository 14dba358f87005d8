import type { Operation, Service } from '@/api/client'
import type { Tone } from '@/components/StateBadge.vue'
import type { IconName } from '@/components/icons'
import type { Words } from '@/i18n/zh'

/** Milliseconds as people read them. */
export function duration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`
}

/** How it stands, in a sentence. The daemon's own words stand in for an outcome that the console does not know. */
export function summary(operation: Operation, w: Words): string {
  if (operation.state === 'open') return w.operation.open
  if (operation.state === 'applied') return w.operation.applied
  return w.operation.outcomes[operation.outcome ?? ''] ?? operation.message
}

const kGood = new Set(['removed', 'already_not_serving', 'restored'])
const kBad = new Set(['failed', 'refused', 'not_applied', 'removed_still_routed', 'overridden'])

export function tone(operation: Operation): { tone: Tone; icon: IconName } {
  if (operation.state !== 'settled') return { tone: 'quiet', icon: 'clock' }
  const outcome = operation.outcome ?? ''
  if (kGood.has(outcome)) return { tone: 'good', icon: 'check' }
  return kBad.has(outcome) ? { tone: 'bad', icon: 'stop' } : { tone: 'warn', icon: 'warning' }
}

/** What one Service shows of it. */
export function proof(operation: Operation, service: Service, w: Words): string {
  if (service.role === 'kept') return w.operation.stillKept
  if (typeof service.proven_ms === 'number') {
    const took = duration(service.proven_ms)
    return operation.kind === 'remove' ? w.operation.lostIn(took) : w.operation.gainedIn(took)
  }
  return operation.state === 'settled' ? w.operation.unproven : w.operation.waiting
}
