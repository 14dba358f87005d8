// Where sessions end after PODLOAD_IDLE_SECONDS without a person: a tab in sight that nobody touches ends, one that is touched does not.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeBrowser, enter, openBrowser, password, picture, user, visit } from '../visit.mjs'

const idle = Number(process.env.PODLOAD_IDLE_SECONDS) * 1000
/** How long a sign of a person counts, and what a slow machine takes. */
const kSlack = 20_000

before(openBrowser)
after(closeBrowser)

async function open(page) {
  await enter(page, user, password)
  await page.locator('header .user').waitFor()
}

test('an untouched tab counts down and is signed out; a touched one beside it is not', { timeout: idle + 60_000 }, async () => {
  let over
  const untouchedIsOut = new Promise((done) => (over = done))
  const untouched = visit({ signIn: false }, async (page) => {
    await open(page)
    const began = Date.now()
    const unmarked = []
    page.on('request', (request) => {
      if (request.url().includes('/events?')) return // a stream is never activity
      if (request.url().includes('/api/') && Date.now() - began > 5_000 && request.headers()['x-podload-background'] !== '1') unmarked.push(request.url())
    })
    await page.locator('.idle').waitFor({ timeout: idle })
    await picture(page, 'idle-countdown')
    await page.locator('#username').waitFor({ timeout: idle + kSlack })
    const lasted = Date.now() - began
    await picture(page, 'idle-signed-out')
    assert.ok(lasted > idle - kSlack && lasted < idle + kSlack, `the session lasted ${lasted} ms of ${idle}`)
    assert.deepEqual(unmarked, [], 'sent as if a person had caused it')
  }).finally(over)
  const touched = visit({ signIn: false }, async (page) => {
    await open(page)
    // Whenever the page asks how long the session has, a key is pressed that does nothing.
    page.on('request', (request) => {
      if (request.url().endsWith('/api/current-user')) void page.keyboard.press('Shift').catch(() => undefined)
    })
    await untouchedIsOut
    assert.equal(await page.locator('#username').count(), 0)
    const left = await page.evaluate(async () => {
      const reply = await fetch('/api/current-user', { headers: { 'X-Podload-Background': '1' } })
      return reply.ok ? (await reply.json()).session.idle_left_seconds : 0
    })
    assert.ok(left > 0, 'the touched tab was signed out too')
  })
  await Promise.all([untouched, touched])
})
