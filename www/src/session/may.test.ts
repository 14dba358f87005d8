import { afterEach, expect, test, vi } from 'vitest'
import type { Permissions } from '@/api/client'
import { may, mayAnywhere, mayBy } from './may'
import { user } from './session'

vi.mock('@/i18n', () => ({ language: { value: 'en' } }))

const none: Permissions = { admin: false, write: false, read: false, all_clusters: false, clusters: [], grants: [] }
const writer = (given: Partial<Permissions>): Permissions => ({ ...none, read: true, write: true, ...given })

afterEach(() => (user.value = undefined))

test('an administrator may everything everywhere', () => {
  const admin = writer({ admin: true, all_clusters: true })
  expect(mayBy(admin, 'admin', 'east')).toBe(true)
  expect(mayBy(admin, 'write', 'east', 'shop')).toBe(true)
})

test('without listed clusters the level holds in all of them', () => {
  expect(mayBy(writer({ all_clusters: true }), 'write', 'east', 'shop')).toBe(true)
  expect(mayBy(writer({ all_clusters: true }), 'admin', 'east')).toBe(false)
  expect(mayBy({ ...none, read: true, all_clusters: true }, 'write', 'east', 'shop')).toBe(false)
})

test('a listed cluster lowers the level, and never raises it', () => {
  const permissions = writer({ grants: [{ name: 'east' }, { name: 'west', level: 'read' }, { name: 'north', level: 'none' }] })
  expect(mayBy(permissions, 'write', 'east', 'shop')).toBe(true)
  expect(mayBy(permissions, 'write', 'west', 'shop')).toBe(false)
  expect(mayBy(permissions, 'read', 'west', 'shop')).toBe(true)
  expect(mayBy(permissions, 'read', 'north', 'shop')).toBe(false)
  expect(mayBy(permissions, 'read', 'south', 'shop')).toBe(false)
  expect(mayBy({ ...none, read: true, grants: [{ name: 'east', level: 'write' }] }, 'write', 'east', 'shop')).toBe(false)
})

test('listed namespaces leave the others out, and what has none', () => {
  const permissions = writer({ grants: [{ name: 'east', namespaces: ['shop'] }, { name: 'west', namespaces: [] }] })
  expect(mayBy(permissions, 'write', 'east', 'shop')).toBe(true)
  expect(mayBy(permissions, 'write', 'east', 'bank')).toBe(false)
  expect(mayBy(permissions, 'read', 'east')).toBe(false)
  expect(mayBy(permissions, 'write', 'west', 'shop')).toBe(false)
})

test('who is signed in decides, and nobody may anything without', () => {
  expect(may('read', 'east', 'shop')).toBe(false)
  expect(mayAnywhere('read')).toBe(false)
  user.value = { username: 'ann', must_change: false, permissions: writer({ grants: [{ name: 'east', level: 'read' }, { name: 'west', namespaces: ['shop'] }] }) }
  expect(may('write', 'east', 'shop')).toBe(false)
  expect(may('write', 'west', 'shop')).toBe(true)
  expect(mayAnywhere('write')).toBe(true)
  expect(mayAnywhere('admin')).toBe(false)
  user.value = { ...user.value, permissions: writer({ grants: [{ name: 'east', level: 'read' }] }) }
  expect(mayAnywhere('write')).toBe(false)
})
