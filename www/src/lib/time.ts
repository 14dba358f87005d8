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

/** The two leading units of a duration like "8d 5h 3m 1s". */
export function brief(duration: string): string {
  return duration.split(' ').slice(0, 2).join('')
}
