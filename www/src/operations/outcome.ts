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

export type Outcome = NonNullable<Operation['outcome']>

/** How each outcome is shown, and whether the Pod's label is then as it was asked. As record/outcome.cpp of pod-load has it. */
const kOutcomes: Record<Outcome, { tone: 'good' | 'warn' | 'bad'; asAsked: boolean }> = {
  removed: { tone: 'good', asAsked: true },
  removed_still_routed: { tone: 'bad', asAsked: true },
  already_not_serving: { tone: 'good', asAsked: true },
  restored: { tone: 'good', asAsked: true },
  restored_not_ready: { tone: 'warn', asAsked: true },
  restored_not_reached: { tone: 'warn', asAsked: true },
  applied_unverified: { tone: 'warn', asAsked: true },
  overridden: { tone: 'bad', asAsked: false },
  replaced: { tone: 'warn', asAsked: false },
  refused: { tone: 'bad', asAsked: false },
  failed: { tone: 'bad', asAsked: false },
  not_applied: { tone: 'bad', asAsked: false },
  undecided: { tone: 'warn', asAsked: false },
}
const kIcons = { good: 'check', warn: 'warning', bad: 'stop' } as const

/** What a daemon newer than the console calls an outcome is shown as a warning. */
const known = (outcome: string) => (Object.hasOwn(kOutcomes, outcome) ? kOutcomes[outcome as Outcome] : undefined)

export function outcomeTone(outcome: string): { tone: Tone; icon: IconName } {
  const tone = known(outcome)?.tone ?? 'warn'
  return { tone, icon: kIcons[tone] }
}

export const isAsAsked = (outcome: string) => known(outcome)?.asAsked ?? false

export function tone(operation: Operation): { tone: Tone; icon: IconName } {
  if (operation.state !== 'settled') return { tone: 'quiet', icon: 'clock' }
  return outcomeTone(operation.outcome ?? '')
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
