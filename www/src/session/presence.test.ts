import { expect, test } from 'vitest'
import { kLasts, Presence, presence, watchForSigns } from './presence'

test('a page that nobody touched yet has nobody acting', () => {
  expect(new Presence(() => 0).acting).toBe(false)
})

test('a sign counts for a moment, and then no longer', () => {
  let now = 1_000
  const one = new Presence(() => now)
  one.note({ isTrusted: true })
  expect(one.acting).toBe(true)
  now += kLasts - 1
  expect(one.acting).toBe(true)
  now += 1
  expect(one.acting).toBe(false)
})

test('what a script does is no sign of a person', () => {
  const one = new Presence(() => 0)
  let told = 0
  one.onSign(() => (told += 1))
  one.note({ isTrusted: false })
  expect([one.acting, told]).toEqual([false, 0])
  one.note({ isTrusted: true })
  expect([one.acting, told]).toEqual([true, 1])
})

test('events that a script dispatches on the page change nothing', () => {
  const target = new EventTarget()
  watchForSigns(target)
  target.dispatchEvent(new Event('keydown'))
  target.dispatchEvent(new Event('pointerdown'))
  expect(presence.acting).toBe(false)
})
