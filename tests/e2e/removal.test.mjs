import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, closeBrowser, openBrowser, payload, picture, receiving, removeFor, restore, result, row, settled, showWorkload, submit, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

test('a Pod is taken out with a reason, its Services are seen to lose it, and it is put back', () =>
  visit({}, async (page) => {
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    const [pod] = await receiving(page)
    await ask(page, pod)
    const service = page.locator('.dialog .services tr', { hasText: 'catalog' })
    const [before, after] = await service.locator('td.number').allTextContents()
    assert.equal(Number(after), Number(before) - 1)
    await picture(page, 'removal')

    await submit(page).click()
    await page.locator('.dialog [role="alert"]').waitFor()
    assert.equal(await page.locator('.dialog textarea').getAttribute('aria-invalid'), 'true', 'a reason is required')
    await page.locator('.dialog textarea').fill(payload)
    await submit(page).click()

    await settled(page, pod, 'remove', 'removed')
    assert.match(await result(page, pod, 'remove').textContent(), /catalog.*\d+(\.\d+)? m?s/)
    await row(page, pod).locator('.badge.warn', { hasText: '已踢出' }).waitFor()
    await row(page, pod).getByText('onerror').waitFor()
    await picture(page, 'removed')

    await page.locator(`article[data-pod="${pod}"] .button.primary`).waitFor({ state: 'detached' })
    await result(page, pod, 'remove').locator('button', { hasText: '恢复流量' }).click()
    await page.locator('.dialog .services').waitFor()
    await picture(page, 'restore')
    await submit(page).click()
    await settled(page, pod, 'restore', 'restored')
    assert.match(await result(page, pod, 'restore').textContent(), /catalog.*\d+(\.\d+)? m?s/)
    await row(page, pod).locator('.badge.good', { hasText: '接收中' }).waitFor()
    await picture(page, 'restored')
  }))

test('within five seconds one click takes it back', () =>
  visit({}, async (page) => {
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    const [pod] = await receiving(page)
    await removeFor(page, pod, 'a slip of the hand')
    await result(page, pod, 'remove').locator('button.primary').click()
    await settled(page, pod, 'restore', 'restored')
    await row(page, pod).locator('button.remove').waitFor()
  }))

test('who took it out and why is in the list and in the log, as text', () =>
  visit({}, async (page) => {
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    const [pod] = await receiving(page)
    await removeFor(page, pod, payload)
    await page.goto('/log?action=remove_load')
    const logged = page.locator('tr', { hasText: pod }).first()
    await logged.waitFor()
    await page.locator('td', { hasText: 'onerror' }).first().waitFor()
    await picture(page, 'log')
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    await restore(page, pod)
  }))

test('rows stay where they are while a Pod goes out and comes back', () =>
  visit({}, async (page) => {
    await showWorkload(page, 'shop', 'deployment', 'catalog')
    await page.goto(`${page.url()}&sort=traffic`)
    await page.locator('tr[data-pod]').first().waitFor()
    const order = () => page.locator('tr[data-pod]').evaluateAll((rows) => rows.map((one) => one.dataset.pod))
    const first = await order()
    const pod = (await receiving(page)).at(-1)
    await removeFor(page, pod, 'order')
    await row(page, pod).locator('button.restore').waitFor()
    assert.deepEqual(await order(), first)
    await restore(page, pod)
    assert.deepEqual(await order(), first)
  }))
