// Prints how many bytes an open page of Pods receives in a minute in which nothing happens. PODLOAD_PATH is the page.
import { after, before, test } from 'node:test'
import { closeBrowser, openBrowser, visit } from '../visit.mjs'

const kMinute = 60_000

before(openBrowser)
after(closeBrowser)

test('an idle page', () =>
  visit({}, async (page) => {
    await page.goto(process.env.PODLOAD_PATH)
    await page.locator('.live', { hasText: /^\s*实时\s*$/ }).waitFor()
    const client = await page.context().newCDPSession(page)
    const received = new Map()
    const add = (id, bytes) => received.set(id, (received.get(id) ?? 0) + bytes)
    await client.send('Network.enable')
    client.on('Network.dataReceived', ({ requestId, encodedDataLength }) => add(requestId, encodedDataLength))
    // With its head; the pieces before are part of it.
    client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => received.set(requestId, encodedDataLength))
    await page.waitForFunction((end) => Date.now() >= end, Date.now() + kMinute, { timeout: 2 * kMinute, polling: 1_000 })
    console.log(`idle page: ${[...received.values()].reduce((sum, bytes) => sum + bytes, 0)} bytes a minute in ${received.size} requests`)
  }))
