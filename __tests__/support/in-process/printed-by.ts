import { jest } from '@jest/globals'

/** @returns what a function prints to stdout. */
export function printedBy(print: () => void): string {
  let printed = ''
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation(piece => {
    printed += String(piece)
    return true
  })
  try {
    print()
  } finally {
    stdout.mockRestore()
  }
  return printed
}
