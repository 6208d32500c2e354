import { makeRecord, recordIdOf } from '../../../tools/fake-service/record.ts'
import { SCENARIO_JOB_ID, exactly, log, stages } from '../../../tools/fake-service/scenarios/scenario.ts'
import type { Scenario } from '../../../tools/fake-service/scenarios/scenario.ts'

const ATTACK = 'globalThis.attacked = true'

/** What would run, load, or leave its place in a page that takes it for markup. */
const MARKUP = [
  `<script>${ATTACK}</script>`,
  `<img src="https://attacker.example/x.png" onerror="${ATTACK}">`,
  `</code></pre></td></tr></table></details><svg onload="${ATTACK}"></svg>`,
  `<iframe srcdoc="<script>parent.attacked = true</script>"></iframe>`,
  '![tracked](https://attacker.example/x.png) [click](javascript:attacked=true) <https://attacker.example>',
  '\n\n```mermaid\ngantt\n  click x href "https://attacker.example"\n```\n\n# Deploy me\n\n| a |\n|---|\n| b |\n',
  '@octocat #1 https://attacker.example :tada: `code` **bold** <!-- --> <![CDATA[ ]]>',
  '\u202egpj.exe \u001b[2J\u001b]8;;https://attacker.example\u0007 ::error::owned ##[error]owned',
]
/** All of it in one text. */
export const HOSTILE_TEXT = MARKUP.join(' ')

/** A failed build whose every text attacks whoever shows it. */
export const HOSTILE_BUILD: Scenario = {
  name: 'hostile',
  shows: 'a failed build of hostile text',
  jobId: SCENARIO_JOB_ID,
  buildNo: 99,
  replies: [
    exactly({
      ...makeRecord({ build_record_id: recordIdOf(99), codeci_job_id: HOSTILE_TEXT, build_no: 99 }),
      status: 'FAILURE',
      err_msg: HOSTILE_TEXT,
      branch: MARKUP[0],
      tag: MARKUP[2],
      commit: MARKUP[1],
      commit_message: HOSTILE_TEXT,
      repo_name: HOSTILE_TEXT,
      execution_id: `2026-11-24T08:00:00Z ${HOSTILE_TEXT}`,
      runnable_time: '"] \n    section x',
    }),
  ],
  stages: stages({
    [HOSTILE_TEXT]: { sequence: 1, status: HOSTILE_TEXT, duration: 1 },
    stage1: { display_name: HOSTILE_TEXT, sequence: 2, status: 'FAILURE', duration: '<b>' },
  }),
  log: log(
    [...MARKUP, '', '  ', '\t', '</code></pre></details>', '', '# A heading?', '', HOSTILE_TEXT].join('\n'),
  ),
}
