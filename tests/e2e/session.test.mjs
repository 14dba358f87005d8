import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeBrowser, enter, openBrowser, password, payload, picture, showWorkload, url, user, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

test('a wrong password is told, and a signed-out address is returned to after signing in', () =>
  visit({ signIn: false }, async (page) => {
    await page.goto('/log?action=login_failed')
    await page.locator('#username').fill(payload.slice(0, 64))
    await page.locator('#password').fill('wrong')
    await page.keyboard.press('Enter')
    await page.locator('.note.wrong').waitFor()
    await picture(page, 'wrong-password')
    await page.locator('#username').fill(user)
    await page.locator('#password').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL((at) => at.pathname === '/log' && at.search === '?action=login_failed')
    await page.locator('td', { hasText: '<img' }).first().waitFor()
  }))

test('when the session ends elsewhere, the page asks for the password and comes back to its address', () =>
  visit({ signIn: false }, async (page) => {
    await enter(page, user, password)
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    const at = page.url()
    await page.request.post('/api/logout') // as in another tab
    await page.locator('#username').waitFor({ timeout: 8_000 })
    await picture(page, 'session-ended')
    await page.locator('#username').fill(user)
    await page.locator('#password').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL(at)
    await page.locator('tr[data-pod]').first().waitFor()
  }))

test('without a stream the page reads the list every few seconds, and says that no person did', () =>
  visit({}, async (page) => {
    await page.route('**/events?*', (route) => route.abort())
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    const polled = await page.waitForRequest((request) => new URL(request.url()).pathname.endsWith('/catalog/pods'))
    assert.equal(polled.headers()['x-podload-background'], '1')
  }))

test('signing out leaves nothing to come back to', () =>
  visit({ signIn: false }, async (page) => {
    await enter(page, user, password)
    await page.locator('tr[data-pod]').first().waitFor()
    await page.locator('header button', { hasText: '退出登录' }).click()
    await page.waitForURL(`${url}/sign-in`)
    await page.goto('/clusters')
    await page.locator('#username').waitFor()
  }))

test('a link of somebody else leads nowhere else after signing in', () =>
  visit({ signIn: false }, async (page) => {
    await enter(page, user, password, '/sign-in?to=//example.invalid/')
    await page.waitForURL(/\/ns\//)
    assert.equal(new URL(page.url()).origin, url)
  }))

test('language and theme are chosen and kept, and the words of the daemon follow', () =>
  visit({}, async (page) => {
    await page.goto('/c/no-such-cluster/ns/shop/pods')
    const said = page.locator('.problem p').first()
    const chinese = await said.textContent()
    assert.match(chinese, /[\u4e00-\u9fff]/)
    await page.locator('header button', { hasText: 'English' }).click()
    await page.locator('.problem .actions button').click()
    await page.waitForFunction((before) => document.querySelector('.problem p')?.textContent !== before, chinese)
    assert.doesNotMatch(await said.textContent(), /[\u4e00-\u9fff]/)
    await page.locator('header select').last().selectOption('dark')
    await page.reload()
    await page.locator('h1', { hasText: 'Pod traffic' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  }))

test('a payload in the address is shown as text', () =>
  visit({}, async (page) => {
    await page.goto(`/c/${encodeURIComponent('<img src=x onerror=window.ranPayload=1>')}/ns/shop/pods?q=${encodeURIComponent(payload)}`)
    await page.locator('.problem').waitFor()
    assert.equal(await page.locator('main img').count(), 0)
  }))

test('the first load is small', () =>
  visit({ signIn: false }, async (page) => {
    await page.goto('/')
    await page.locator('#username').waitFor()
    const bytes = await page.evaluate(() => performance.getEntriesByType('resource').filter((one) => one.name.includes('/assets/')).reduce((sum, one) => sum + one.encodedBodySize, 0))
    assert.ok(bytes > 0 && bytes < 66_000, `${bytes} bytes`)
  }))

test('a password that an administrator set is changed before anything else', async () => {
  const name = `new-${Date.now()}`
  await visit({}, (page) =>
    page.goto('/').then(() =>
      page.evaluate(
        ([username]) =>
          fetch('/api/admin/users', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ username, password: 'given by somebody', permissions: { read: true, all_clusters: true } }),
          }).then((reply) => {
            if (!reply.ok) throw new Error(String(reply.status))
          }),
        [name],
      ),
    ),
  )
  await visit({ signIn: false }, async (page) => {
    await enter(page, name, 'given by somebody')
    await page.locator('#wanted').waitFor()
    await page.goto('/clusters') // no way around it
    await page.locator('#wanted').waitFor()
    await picture(page, 'new-password')
    await page.locator('#old').fill('given by somebody')
    await page.locator('#wanted').fill('password')
    await page.locator('#again').fill('password')
    await page.keyboard.press('Enter')
    await page.locator('form [role=alert]').first().waitFor() // a common one
    await page.locator('#wanted').fill('chosen by myself')
    await page.locator('#again').fill('chosen by myself')
    await page.keyboard.press('Enter')
    await page.waitForURL((at) => at.pathname === '/clusters' || at.pathname.includes('/ns/') || at.pathname === '/')
    await page.locator('#wanted').waitFor({ state: 'detached' })
  })
})

test('the document of the API is laid out for reading', () =>
  visit({}, async (page) => {
    await page.goto('/api-docs.html')
    await page.locator('details', { hasText: '/remove-load' }).locator('summary').click()
    await page.locator('details[open] pre').first().waitFor()
    await page.locator('#find').fill('admin/users')
    assert.ok((await page.locator('details').count()) >= 4)
    await picture(page, 'api-docs')
  }))
