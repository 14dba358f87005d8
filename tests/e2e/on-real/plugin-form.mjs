// The page that tests/examples/notes brings: its list and its form, with its daemon (tests/integration/examples_test.py).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeBrowser, openBrowser, payload, picture, visit } from '../visit.mjs'

const address = `/c/${process.env.PODLOAD_CLUSTER}/ns/${process.env.PODLOAD_NAMESPACE}/x/notes/notes`

before(openBrowser)
after(closeBrowser)

test('a note is written with the form and stands in the list, as text', () =>
  visit({}, async (page) => {
    await page.goto(address)
    await page.locator('h1', { hasText: '备注' }).waitFor()
    await page.locator('nav a', { hasText: '备注' }).waitFor()
    await page.locator('input[name="pod"]').fill('web-2')
    await page.locator('input[name="text"]').fill(payload)
    await page.locator('form button[type="submit"]').click()
    await page.locator('tr', { hasText: 'web-2' }).getByText('onerror').waitFor()
    assert.equal(await page.locator('input[name="pod"]').inputValue(), '')
    await picture(page, 'plugin-form')

    await page.locator('input[name="pod"]').fill('web-2')
    await page.locator('input[name="text"]').fill('长'.repeat(501))
    await page.locator('form button[type="submit"]').click()
    await page.getByText('备注最多 500 个字符').waitFor()
    assert.equal((await page.locator('input[name="text"]').inputValue()).length, 501, 'what was typed stays')
  }))
