import { describe, expect, it } from 'vitest'
import type { PluginPage } from '@/api/client'
import { addressOf } from './pluginAddress'

const page: PluginPage = {
  plugin: 'notes',
  name: 'board',
  scoped: true,
  scope: 'namespace',
  title: { en: 'Notes', 'zh-CN': '备注' },
  list: { method: 'GET', path: '/api/{cluster}/{namespace}/notes', permission: 'read' },
  columns: [],
  actions: [],
}

describe('the address of a page that a plugin brings', () => {
  it('is within the scope that was looked at last', () => {
    expect(addressOf(page, '/c/shop/ns/web/pods?q=x')).toBe('/c/shop/ns/web/x/notes/board')
  })
  it('is nowhere while no scope is known', () => {
    expect(addressOf(page, '')).toBe('')
  })
  it('needs no scope where its list has none', () => {
    expect(addressOf({ ...page, scoped: false }, '')).toBe('/x/notes/board')
  })
})
