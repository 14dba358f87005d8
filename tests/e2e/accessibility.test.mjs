import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, closeBrowser, findings, openBrowser, picture, receiving, showWorkload, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

for (const [theme, language] of [['light', 'zh-CN'], ['dark', 'en']]) {
  const clean = async (page, name) => {
    await picture(page, `${name}-${theme}-${language}`)
    assert.deepEqual(await findings(page), [], name)
  }

  test(`axe finds nothing: sign-in, ${theme}`, () =>
    visit({ signIn: false, theme, language }, async (page) => {
      await page.goto('/')
      await page.locator('#username').waitFor()
      await clean(page, 'sign-in')
    }))

  test(`axe finds nothing: Pods and dialogs, ${theme}`, () =>
    visit({ theme, language }, async (page) => {
      await showWorkload(page, 'shop', 'deployment', 'catalog')
      await clean(page, 'pods')
      await ask(page, (await receiving(page))[0])
      await clean(page, 'dialog')
      await page.keyboard.press('Escape')
      await showWorkload(page, 'shop', 'deployment', 'worker')
      await ask(page, await page.locator('tr[data-pod]').first().getAttribute('data-pod'))
      await clean(page, 'refused')
      await page.keyboard.press('Escape')
      await page.goto('/?')
      await page.locator('tr[data-pod]').first().waitFor()
      await page.locator('input[type="search"]').fill('nothing is called so')
      await page.locator('.empty').waitFor()
      await clean(page, 'nothing-matches')
    }))

  test(`axe finds nothing: log, clusters and what is missing, ${theme}`, () =>
    visit({ theme, language }, async (page) => {
      await page.goto('/log')
      await page.locator('tbody tr').first().waitFor()
      await clean(page, 'log')
      await page.goto('/clusters')
      await page.locator('tbody tr').first().waitFor()
      await clean(page, 'clusters')
      await page.locator('.page-head .primary').click()
      await page.locator('.dialog textarea').waitFor()
      await clean(page, 'add-cluster')
      await page.goto('/no/such/page')
      await page.locator('.empty').waitFor()
      await clean(page, 'not-found')
      await page.goto('/c/no-such-cluster/ns/shop/pods')
      await page.locator('.problem').waitFor()
      await clean(page, 'no-cluster')
    }))
}
