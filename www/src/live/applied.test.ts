import { expect, test } from 'vitest'
import type { Pod } from '@/api/client'
import { applied } from './applied'

const pod = (name: string, uid = name) => ({ name, uid }) as Pod
const names = (rows: Pod[]) => rows.map((row) => `${row.name}=${row.uid}`).join(' ')

test('a changed row takes the place of the old one, a new one its place by name, and what is gone goes', () => {
  const rows = [pod('a'), pod('c'), pod('d')]
  expect(names(applied(rows, { changed: [pod('c', 'new'), pod('b')], gone: ['d'] }))).toBe('a=a b=b c=new')
  expect(names(rows)).toBe('a=a c=c d=d')
})

test('the same changes twice change nothing more', () => {
  const changes = { changed: [pod('b')], gone: ['a'] }
  const once = applied([pod('a')], changes)
  expect(names(applied(once, changes))).toBe(names(once))
})
