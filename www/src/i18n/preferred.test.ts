import { expect, test } from 'vitest'
import { preferred } from './preferred'

test('the first language of the browser that the console speaks is taken', () => {
  expect(preferred(['de-DE', 'en-GB', 'zh-CN'])).toBe('en')
  expect(preferred(['zh-TW', 'en'])).toBe('zh-CN')
})

test('Chinese stands in for a language that it does not speak', () => {
  expect(preferred(['de'])).toBe('zh-CN')
  expect(preferred([])).toBe('zh-CN')
})
