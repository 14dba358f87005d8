import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeBrowser, openBrowser, picture, visit } from './visit.mjs'

before(openBrowser)
after(closeBrowser)

const kubeconfig = (user) =>
  `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: here, user: me}}]
clusters: [{name: here, cluster: {server: "https://192.0.2.1:6443"}}]
users: [{name: me, user: ${user}}]
`

const wrong = [
  ['no kubeconfig', 'hello'],
  ['a kubeconfig that runs a command', kubeconfig('{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh}}')],
  ['a kubeconfig that names files', kubeconfig('{client-certificate: /etc/passwd, client-key: /etc/shadow}')],
]

test('what is wrong with a kubeconfig is said, and nothing is saved', () =>
  visit({}, async (page) => {
    await page.goto('/clusters')
    await page.locator('tbody tr').first().waitFor()
    const names = () => page.locator('tbody tr td:first-child').allTextContents()
    const before = await names()
    await page.locator('.page-head .primary').click()
    await page.locator('.dialog input').first().fill('e2e-wrong')
    for (const [index, [what, text]] of wrong.entries()) {
      await page.locator('.dialog textarea').fill(text)
      const [reply] = await Promise.all([page.waitForResponse((one) => one.url().endsWith('/api/admin/clusters')), page.locator('.dialog button[type="submit"]').click()])
      assert.ok([400, 409, 422].includes(reply.status()), `${what}: ${reply.status()}`)
      await page.locator('.dialog .problem p').first().waitFor()
      assert.ok((await page.locator('.dialog .problem p').first().textContent()).length > 5, what)
      await picture(page, `kubeconfig-${index}`)
    }
    await page.keyboard.press('Escape')
    await page.reload()
    await page.locator('tbody tr').first().waitFor()
    assert.deepEqual(await names(), before)
  }))

test('a cluster is deleted only after its name was typed', () =>
  visit({}, async (page) => {
    await page.goto('/clusters')
    await page.locator('tbody button.remove').first().click()
    const submit = page.locator('.dialog button[type="submit"]')
    assert.ok(await submit.isDisabled())
    await page.locator('.dialog input').fill('another')
    assert.ok(await submit.isDisabled())
    await picture(page, 'delete-cluster')
    await page.keyboard.press('Escape')
    await page.locator('.dialog').waitFor({ state: 'detached' })
  }))
