// Values of a plugin's page: as its tables show them, and as its forms send them.
import type { PluginPage } from '@/api/client'
import { local } from '@/lib/time'

type Member = PluginPage['columns'][number]

/** A cell of that type, in words for people. */
export function valueText(type: Member['type'], value: unknown, words: { none: string; yes: string; no: string }): string {
  if (value === null || value === undefined || value === '') return words.none
  if (type === 'time') return local(String(value))
  if (type === 'boolean') return value ? words.yes : words.no
  if (type === 'number') return Number(value).toLocaleString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What a form sends: numbers as numbers, times in UTC, and nothing for an optional field that was left empty. */
export function bodyOf(fields: Member[], given: Record<string, string | boolean>): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const { member, type, required } of fields) {
    const value = given[member]
    if (type === 'boolean') body[member] = value === true
    else if (value === undefined || value === '') {
      if (required) body[member] = ''
    } else if (type === 'number') body[member] = Number(value)
    else if (type === 'time') body[member] = new Date(String(value)).toISOString()
    else body[member] = value
  }
  return body
}

/** The members that can stand in a path. */
export function texts(row: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [])))
}

/** Those that are not empty: a page without a scope has neither cluster nor namespace. */
export function filled(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}
