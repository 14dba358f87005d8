/** The one looked at last, else the first that is not Kubernetes' own: somebody's programs are what people come for. */
export function usualNamespace(names: string[], last: string): string | undefined {
  if (names.includes(last)) return last
  const own = (name: string) => name === 'default' || name.startsWith('kube-')
  return names.find((name) => !own(name)) ?? names[0]
}
