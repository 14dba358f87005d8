import { expect, test } from 'vitest'
import { brief, duration, local, utc } from './time'

test('a time is shown in the zone of the viewer, with UTC beside it', () => {
  const at = new Date(2026, 10, 22, 15, 4, 5)
  expect(local(at.toISOString())).toBe('2026-11-22 15:04')
  expect(local(at.toISOString(), true)).toBe('2026-11-22 15:04:05')
  expect(utc('2026-11-22T15:04:05+08:00')).toBe('2026-11-22 07:04:05 UTC')
})

test('what is no time is a dash', () => {
  expect(local('')).toBe('—')
  expect(local(null)).toBe('—')
  expect(local('soon')).toBe('—')
  expect(utc('soon')).toBe('')
})

test('a duration has all units below its first one', () => {
  expect(duration(((8 * 24 + 5) * 3600 + 3 * 60 + 1) * 1000)).toBe('8d 5h 3m 1s')
  expect(duration(3_600_000)).toBe('1h 0m 0s')
  expect(duration(42_999)).toBe('42s')
  expect(duration(-5000)).toBe('0s')
})

test('a duration keeps its two leading units', () => {
  expect(brief('8d 5h 3m 1s')).toBe('8d5h')
  expect(brief('42s')).toBe('42s')
})
