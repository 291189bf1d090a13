// Variables in template texts: which there are, and putting values in their place.

/** `{{1}}` or `{{first_name}}`, each name once, in order of appearance. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w]+)\s*\}\}/g)].map(match => match[1] as string))]
}

export function fillVariables(text: string, values: Map<string, string>): string {
  return text.replace(/\{\{\s*([\w]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole)
}
