import { expect, test } from 'vitest'
import { usualNamespace } from './usualNamespace'

test('where one was last comes first, then what is not of Kubernetes itself', () => {
  expect(usualNamespace(['default', 'kube-system', 'shop'], 'kube-system')).toBe('kube-system')
  expect(usualNamespace(['default', 'kube-system', 'shop'], 'gone')).toBe('shop')
  expect(usualNamespace(['default', 'kube-system'], '')).toBe('default')
  expect(usualNamespace([], '')).toBeUndefined()
})
