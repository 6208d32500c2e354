// A preload (`node --import`): the process is killed right after write number TEST_KILLED_AFTER to the file of outputs.
import { aroundOutputWrites } from './output-write-hook.ts'

const killedAfter = Number(process.env['TEST_KILLED_AFTER'])

aroundOutputWrites((count, write) => {
  write()
  if (count === killedAfter) process.kill(process.pid, 'SIGKILL')
})
