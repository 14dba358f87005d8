import { after, before, test } from 'node:test'
import { closeBrowser, openBrowser, payload, picture, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

const both = (en, zh) => ({ en, 'zh-CN': zh })
// What GET /api/ui says where a plugin brings a page (tests/integration/examples_test.py has the daemon's side); its list is a real one.
const page = {
  plugin: 'board',
  name: 'clusters',
  title: both('Board', `看板 ${payload}`),
  scoped: false,
  scope: 'none',
  actions: [],
  list: { method: 'GET', path: '/api/clusters', permission: 'read' },
  columns: [
    { member: 'name', title: both('Name', '名称') },
    { member: 'label', title: both('Label', '标签') },
  ],
}

test('a page that a plugin brings is a menu row and a table, and its texts stay texts', () =>
  visit({}, async (window) => {
    await window.route('**/api/ui', (route) => route.fulfill({ json: { pages: [page] } }))
    await window.goto('/log')
    await window.locator('nav a', { hasText: '看板' }).click()
    await window.waitForURL((at) => at.pathname === '/x/board/clusters')
    await window.locator('td', { hasText: '"online":"online"' }).first().waitFor()
    await window.locator('h1', { hasText: '<script>' }).waitFor()
    await picture(window, 'plugin-page')
  }))
