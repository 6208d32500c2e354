// A preload (`node --import`): the name server of loopback, which takes every question and never answers one.
import { createSocket } from 'node:dgram'

const socket = createSocket('udp4')
socket.on('message', () => undefined).unref()
await new Promise<void>(resolve => socket.bind(53, '127.0.0.1', resolve))
