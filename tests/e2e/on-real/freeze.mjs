// A freeze in the console (tests/integration/freeze_test.py): its page, the refusal in the dialog with the plugin's name, and a
// removal that an administrator forces.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, closeBrowser, openBrowser, picture, settled, showWorkload, submit, visit } from '../visit.mjs'

const { PODLOAD_NAMESPACE: namespace, PODLOAD_POD: pod } = process.env

before(openBrowser)
after(closeBrowser)

test('the dialog says that a freeze refuses it, and whose check that is; force overrides it', () =>
  visit({}, async (page) => {
    await showWorkload(page, namespace, 'deployment', 'web')
    await ask(page, pod)
    const notice = page.locator('.dialog .notices.bad')
    await notice.getByText('冻结期').waitFor()
    await notice.getByText('来自插件 freeze 的检查').waitFor()
    assert.ok(await submit(page).isDisabled())
    await picture(page, 'frozen')
    await page.locator('.dialog textarea').fill('内存泄漏，不能等')
    assert.ok(await submit(page).isDisabled(), 'a reason alone does not force')
    await page.getByText('仍要强制执行').click()
    await submit(page).click()
    await settled(page, pod, 'remove', 'removed')
  }))

test('an administrator adds a freeze on the page and ends it there', () =>
  visit({}, async (page) => {
    await page.goto('/x/freeze/freezes')
    await page.locator('h1', { hasText: '冻结期' }).waitFor()
    const later = (hours) => {
      const at = new Date(Date.now() + hours * 3_600_000)
      return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
    }
    await page.locator('input[name="starts_at"]').fill(later(24))
    await page.locator('input[name="ends_at"]').fill(later(48))
    await page.locator('input[name="reason"]').fill('大促')
    await page.locator('select[name="may_force"]').selectOption('nobody')
    await page.locator('form button[type="submit"]').click()
    const row = page.locator('tbody tr', { hasText: '大促' })
    await row.waitFor()
    assert.match(await row.locator('td').first().textContent(), /^\d{4}-\d\d-\d\d \d\d:\d\d$/, 'a time as people read it')
    await picture(page, 'freezes')
    await row.getByRole('button', { name: '立即结束' }).click()
    await page.locator('.dialog').getByRole('button', { name: '立即结束' }).click()
    await row.waitFor({ state: 'detached' })
  }))
