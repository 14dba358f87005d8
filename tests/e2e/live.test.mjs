import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeBrowser, openBrowser, picture, receiving, row, showWorkload, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

/** Waits until changes arrive by themselves: the list then has no age. */
const live = (page) => page.locator('.live', { hasText: /^\s*实时\s*$/ }).waitFor()

test('what another client changes shows by itself, and the list is not asked for', () =>
  visit({}, async (page) => {
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    const [pod] = await receiving(page)
    await live(page)
    const asked = []
    page.on('request', (request) => {
      if (/\/pods(\?|$)/.test(request.url())) asked.push(request.url())
    })
    const change = async (action, data) => {
      const reply = await page.request.post(`/api/demo/shop/pods/${pod}/${action}?wait=proof`, { data })
      assert.equal(reply.status(), 200, await reply.text())
    }
    await change('remove-load', { reason: 'from elsewhere' })
    await row(page, pod).locator('.badge', { hasText: '已踢出' }).waitFor({ timeout: 3_000 })
    await row(page, pod).getByText('from elsewhere').waitFor({ timeout: 3_000 })
    await picture(page, 'live')
    await change('restore-traffic')
    await row(page, pod).locator('.badge', { hasText: '接收中' }).waitFor({ timeout: 3_000 })
    assert.deepEqual(asked, [])
  }))

test('another scope has a stream of its own, and a page that is left has none', () =>
  visit({}, async (page) => {
    const open = new Set()
    const client = await page.context().newCDPSession(page)
    await client.send('Network.enable')
    client.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (request.url.includes('/events?')) open.add(requestId)
    })
    for (const name of ['Network.loadingFinished', 'Network.loadingFailed']) client.on(name, ({ requestId }) => open.delete(requestId))
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    await live(page)
    assert.equal(open.size, 1)
    await page.goto('/log')
    await page.locator('h1').waitFor()
    assert.equal(open.size, 0)
  }))
