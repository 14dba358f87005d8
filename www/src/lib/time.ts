// Times are shown in the viewer's zone; their title gives UTC, which is what logs elsewhere are compared with.

const two = (n: number) => String(n).padStart(2, '0')

export function local(iso: string | null | undefined, seconds = false): string {
  const at = iso ? new Date(iso) : undefined
  if (!at || Number.isNaN(at.getTime())) return '—'
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`
  return `${day} ${time}${seconds ? `:${two(at.getSeconds())}` : ''}`
}

export function utc(iso: string | null | undefined): string {
  const at = iso ? new Date(iso) : undefined
  if (!at || Number.isNaN(at.getTime())) return ''
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A duration in milliseconds as "8d 5h 3m 1s", as the API writes it; a clock that is behind gives "0s". */
export function duration(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000))
  const units: [number, string][] = [[Math.floor(total / 86400), 'd'], [Math.floor(total / 3600) % 24, 'h'], [Math.floor(total / 60) % 60, 'm'], [total % 60, 's']]
  const first = units.findIndex(([count]) => count > 0)
  return units.slice(first < 0 ? 3 : first).map(([count, unit]) => `${count}${unit}`).join(' ')
}

/** The two leading units of a duration like "8d 5h 3m 1s". */
export function brief(duration: string): string {
  return duration.split(' ').slice(0, 2).join('')
}
