import type { PodChanges } from './podStream'
import type { Pod } from '@/api/client'

/** The rows with the changes applied, by name. */
export function applied(rows: readonly Pod[], { changed, gone }: PodChanges): Pod[] {
  const byName = new Map(rows.map((row) => [row.name, row]))
  for (const row of changed) byName.set(row.name, row)
  for (const name of gone) byName.delete(name)
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
