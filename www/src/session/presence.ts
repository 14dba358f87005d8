// Whether a person is at this page: the last key, press, input or turn of the wheel that the browser itself reports.
// The one place that decides what counts as a person's doing; the API client marks every other request.
const kSigns = ['pointerdown', 'click', 'keydown', 'input', 'wheel'] as const

/** A request that follows a sign within this time is its consequence. */
export const kLasts = 3_000

export class Presence {
  private last = -Infinity
  private readonly listeners = new Set<() => void>()

  constructor(private readonly now: () => number) {}

  /** Notes a sign. What a script made (`isTrusted` false) is none. */
  note(event: Pick<Event, 'isTrusted'>): void {
    if (!event.isTrusted) return
    this.last = this.now()
    for (const listener of this.listeners) listener()
  }

  /** A person did something a moment ago. */
  get acting(): boolean {
    return this.now() - this.last < kLasts
  }

  onSign(listener: () => void): void {
    this.listeners.add(listener)
  }
}

export const presence = new Presence(() => performance.now())

/** Runs once, before anything is sent. */
export function watchForSigns(target: EventTarget): void {
  for (const sign of kSigns) target.addEventListener(sign, (event) => presence.note(event), { passive: true, capture: true })
}
