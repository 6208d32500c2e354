// To be imported before GitHub's language service: its modules import JSON in the way of bundlers, without the attribute
// that Node asks for.
import { registerHooks } from 'node:module'

registerHooks({
  load: (url, context, next) =>
    next(
      url,
      url.endsWith('.json')
        ? { ...context, importAttributes: { ...context.importAttributes, type: 'json' } }
        : context,
    ),
})
