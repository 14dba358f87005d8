import { expect, test } from 'vitest'
import { within } from './within'

test('only an address of the console itself is followed', () => {
  expect(within('/c/a/ns/b/pods?q=x')).toBe('/c/a/ns/b/pods?q=x')
  for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', undefined, ['/a']]) expect(within(bad)).toBe('/')
})
