import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, closeBrowser, openBrowser, picture, receiving, removeFor, restore, row, settled, showWorkload, submit, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

test('what cannot work is refused before it is tried, with nothing to press', () =>
  visit({}, async (page) => {
    for (const workload of ['worker', 'recommend']) {
      await showWorkload(page, 'shop', 'deployment', workload)
      const pod = await page.locator('tr[data-pod]').first().getAttribute('data-pod')
      await ask(page, pod)
      await page.locator('.dialog .notices.bad').waitFor()
      assert.ok((await page.locator('.dialog .notices.bad li').first().textContent()).length > 10, 'the refusal says why')
      assert.equal(await submit(page).count(), 0)
      assert.equal(await page.locator('.dialog textarea').count(), 0)
      await picture(page, `refused-${workload}`)
      await page.keyboard.press('Escape')
      await row(page, pod).locator('button.remove').waitFor()
    }
  }))

test('below the minimum only force helps, and only when it is asked for', () =>
  visit({}, async (page) => {
    await showWorkload(page, 'pay', 'deployment', 'gateway')
    const out = []
    for (const pod of await receiving(page)) {
      await ask(page, pod)
      if (await page.locator('.dialog .notices.bad').count()) {
        assert.ok(await submit(page).isDisabled())
        await page.locator('.dialog .services .badge.bad').waitFor()
        await picture(page, 'below-minimum')
        await page.locator('.dialog textarea').fill('the only way')
        assert.ok(await submit(page).isDisabled(), 'a reason alone does not force')
        await page.locator('.dialog input[type="checkbox"]').check()
        await submit(page).click()
        await settled(page, pod, 'remove', 'removed')
        await restore(page, pod)
        for (const one of out) await restore(page, one)
        return
      }
      await page.keyboard.press('Escape')
      await removeFor(page, pod, 'down to the minimum')
      out.push(pod)
    }
    assert.fail('the minimum was never reached')
  }))

test('a Service that does not look at the label is said to keep the Pod', () =>
  visit({}, async (page) => {
    await showWorkload(page, 'shop', 'statefulset', 'search')
    const [pod] = await receiving(page)
    await ask(page, pod)
    await page.locator('.dialog .services tr', { hasText: 'search-peers' }).locator('.badge.warn').waitFor()
    await picture(page, 'kept')
    await page.keyboard.press('Escape')
  }))

test('where one may not write, the buttons stand still and say why', () =>
  visit({}, async (page) => {
    await page.route('**/api/current-user', async (route) => {
      const reply = await route.fetch()
      const current = await reply.json()
      current.permissions = { admin: false, write: true, read: true, all_clusters: false, clusters: ['demo', 'other'], grants: [{ name: 'demo', level: 'read' }, { name: 'other' }] }
      await route.fulfill({ response: reply, json: current })
    })
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    const buttons = page.locator('button.act')
    assert.ok((await buttons.count()) > 0)
    for (const button of await buttons.all()) {
      assert.equal(await button.isDisabled(), true)
      assert.match(await button.getAttribute('title'), /demo.*shop.*没有写权限/)
    }
    await page.locator('tr[data-pod]').first().focus()
    await page.keyboard.press('Enter')
    assert.equal(await page.locator('.dialog').count(), 0)
    await picture(page, 'may-not-write-here')
  }))

test('who may only look is offered nothing to press', { skip: !process.env.PODLOAD_READER }, () =>
  visit({ as: { user: process.env.PODLOAD_READER, password: process.env.PODLOAD_READER_PASSWORD } }, async (page) => {
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    assert.equal(await page.locator('button.act').count(), 0)
    assert.equal(await page.locator('nav a').count(), 1)
    await picture(page, 'reader')
  }))
