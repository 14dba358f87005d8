import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeBrowser, openBrowser, password, picture, result, row, settled, user, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

const focused = (page, selector) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector)

/** Presses Tab until the wanted element has the focus; a person would give up after so many. */
async function tabTo(page, selector, key = 'Tab') {
  for (let pressed = 0; pressed < 40; pressed += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return
    await page.keyboard.press(key)
  }
  assert.fail(`${selector} is out of the reach of ${key}`)
}

test('the whole job by keyboard alone', () =>
  visit({ signIn: false }, async (page) => {
    await page.goto('/')
    await focused(page, '#username')
    await page.keyboard.type(user)
    await page.keyboard.press('Tab')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')

    await page.locator('.scope select option[value="shop"]').waitFor({ state: 'attached' })
    await tabTo(page, '.scope select')
    await page.keyboard.type('shop')
    await page.waitForURL(/\/ns\/shop\//)
    await page.locator('tr[data-pod^="catalog-"]').first().waitFor({ state: 'attached' })

    await page.keyboard.press('Tab')
    await tabTo(page, '.chip')
    await page.keyboard.press('/')
    await focused(page, 'input[type="search"]')
    await page.keyboard.type('catalog-')
    await page.waitForURL(/q=catalog-/)
    await page.waitForFunction(() => [...document.querySelectorAll('tr[data-pod]')].every((one) => one.dataset.pod.startsWith('catalog-')))

    await tabTo(page, '.chip')
    await page.keyboard.press('j')
    await focused(page, 'tr[data-pod]')
    await page.keyboard.press('ArrowDown')
    await focused(page, 'tr[data-pod]:nth-child(2)')
    const pod = await page.evaluate(() => document.activeElement.dataset.pod)
    await picture(page, 'keyboard-row')
    await page.keyboard.press('Enter')
    await focused(page, '.dialog textarea')
    await page.keyboard.type('by keyboard')
    await tabTo(page, '.dialog button[type="submit"]')
    await page.keyboard.press('Enter')
    await settled(page, pod, 'remove', 'removed')

    await row(page, pod).locator('button.restore').waitFor()
    await focused(page, `tr[data-pod="${pod}"]`)
    await tabTo(page, `article[data-pod="${pod}"] button.primary, article[data-pod="${pod}"] button.small:not(.link)`)
    await page.keyboard.press('Enter')
    // Past the five seconds the same button asks first.
    await page.locator(`.dialog textarea, article[data-pod="${pod}"][data-kind="restore"]`).first().waitFor()
    if (await page.locator('.dialog').count()) {
      await focused(page, '.dialog textarea')
      await tabTo(page, '.dialog button[type="submit"]')
      await page.keyboard.press('Enter')
    }
    await settled(page, pod, 'restore', 'restored')
    assert.equal(await result(page, pod, 'restore').count(), 1)
  }))

test('Escape closes a dialog and gives the focus back; the shortcuts are told', () =>
  visit({}, async (page) => {
    await page.goto('/')
    await page.locator('tr[data-pod]').first().waitFor()
    await page.keyboard.press('?')
    await page.locator('.dialog dl').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('j')
    await focused(page, 'tr[data-pod]:nth-child(1)')
    await page.keyboard.press('Enter')
    await page.locator('.dialog').waitFor()
    await page.keyboard.press('Escape')
    await focused(page, 'tr[data-pod]:nth-child(1)')
    await page.keyboard.press('End')
    await page.waitForFunction(() => Number(document.activeElement?.getAttribute('aria-rowindex')) === Number(document.querySelector('[aria-rowcount]').getAttribute('aria-rowcount')))
  }))
