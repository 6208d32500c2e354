// A preload (`node --import`): the disk with the file of outputs is full from write number TEST_FAILS_FROM on.
import { aroundOutputWrites } from './output-write-hook.ts'

const failsFrom = Number(process.env['TEST_FAILS_FROM'])

aroundOutputWrites((count, write) => {
  if (count >= failsFrom) throw new Error('ENOSPC: no space left on device, write')
  write()
})
