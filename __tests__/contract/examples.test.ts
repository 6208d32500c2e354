import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { examplesOf } from '../../tools/metadata/examples.ts'

const page = (yaml: string): string => `# Page\n\nText\n\n\`\`\`yaml\n${yaml}\`\`\`\n`
const workflowOf = (yaml: string): unknown => parse(examplesOf('page.md', page(yaml))[0]?.workflow ?? '')

describe('an example', () => {
  test('tells where it stands', () => {
    expect(examplesOf('page.md', page('- run: echo\n'))[0]?.where).toBe('page.md:6')
  })

  test('a whole workflow stays as it is', () => {
    const yaml = 'on: push\njobs: {}\n'
    expect(examplesOf('page.md', page(yaml))[0]?.workflow).toBe(yaml)
  })

  test('steps are put into a job, and the inputs that they read are declared', () => {
    expect(workflowOf('- run: echo ${{ inputs.build_no }}\n')).toEqual({
      on: { workflow_dispatch: { inputs: { build_no: { description: 'Something' } } } },
      jobs: { example: { 'runs-on': 'ubuntu-latest', steps: [{ run: 'echo ${{ inputs.build_no }}' }] } },
    })
  })

  test('earlier steps and events that it takes for granted are there', () => {
    const yaml = '- run: echo ${{ steps.sign-in.outputs.key }} ${{ github.event.pull_request.head.sha }}\n'
    expect(workflowOf(yaml)).toMatchObject({
      on: { pull_request: null },
      jobs: { example: { steps: [{ id: 'sign-in' }, {}] } },
    })
  })

  test('jobs without a trigger get one', () => {
    expect(workflowOf('jobs:\n  one: {}\n')).toEqual({ on: { workflow_dispatch: null }, jobs: { one: {} } })
  })

  test('a part of a job is put into one', () => {
    expect(workflowOf('permissions:\n  id-token: write\nsteps:\n  - run: echo\n')).toMatchObject({
      jobs: { example: { permissions: { 'id-token': 'write' }, steps: [{ run: 'echo' }] } },
    })
  })

  test('inputs of the gate are put into a step that has the required ones, too', () => {
    expect(workflowOf('commit: abcdef0\nbuild_no: 7\n')).toMatchObject({
      jobs: {
        example: {
          steps: [
            {
              uses: 'OWNER/codearts-build-gate@v1',
              with: { commit: 'abcdef0', build_no: 7, token: 'TOKEN', job_id: expect.any(String) },
            },
          ],
        },
      },
    })
  })

  test('inputs of the start alone are put into a step of it', () => {
    expect(workflowOf('parameters: LEVEL=release\n')).toMatchObject({
      jobs: {
        example: {
          steps: [
            {
              uses: 'OWNER/codearts-build-gate/start@v1',
              with: { parameters: 'LEVEL=release', token: 'TOKEN', job_id: expect.any(String) },
            },
          ],
        },
      },
    })
  })

  test.each([
    ['a pipeline of GitLab', 'stages: [deploy]\ngate:\n  script: echo\n'],
    ['a part of one', 'gate:\n  id_tokens: {}\n'],
    ['a pipeline of Azure', 'steps:\n  - task: UseNode@1\n'],
  ])('%s is none', (_, yaml) => {
    expect(examplesOf('page.md', page(yaml))).toEqual([])
  })

  test('the whole address that Gitea and Forgejo want is shortened to what GitHub takes', () => {
    expect(workflowOf('- uses: https://github.com/OWNER/codearts-build-gate@v1\n')).toMatchObject({
      jobs: { example: { steps: [{ uses: 'OWNER/codearts-build-gate@v1' }] } },
    })
  })

  test('what is no part of a workflow is an error', () => {
    expect(() => examplesOf('page.md', page('text\n'))).toThrow('page.md:6')
  })
})
