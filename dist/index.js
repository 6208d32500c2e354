import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 770:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(218);


/***/ }),

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

var __webpack_unused_export__;


var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
__webpack_unused_export__ = debug; // for test


/***/ }),

/***/ 613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 258:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  G: () => (/* binding */ createCodeArtsBuild)
});

;// CONCATENATED MODULE: ./lib/src/http/retry.js
/** Contract section 5: one request and three more. */
const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 1_000;
/** Added to each pause at random, so that jobs that failed together do not come back together. */
const JITTER = 0.5;
/** A service that wants a longer pause than this will not be waited for. */
const MAX_RETRY_AFTER_MS = 60_000;
/**
 * Tries until a result is final, or 4 tries are used up, with exponential pauses.
 * @param attempt makes one try. `againOf` says whether its result asks for another.
 * @returns the last result, and how many tries it took.
 */
async function withTries(attempt, againOf, tools) {
    for (let tries = 1;; tries++) {
        const result = await attempt();
        const verdict = againOf(result);
        if (!verdict.again || tries === MAX_TRIES)
            return { result, tries };
        const { retryAfterMs = 0 } = verdict;
        if (retryAfterMs > MAX_RETRY_AFTER_MS)
            return { result, tries };
        const pauseMs = Math.round(Math.max(retryAfterMs, pauseAfter(tries, tools.random())));
        tools.onPause(tries, pauseMs);
        await tools.sleep(pauseMs);
    }
}
function pauseAfter(tries, random) {
    return FIRST_PAUSE_MS * 2 ** (tries - 1) * (1 + JITTER * random);
}
/**
 * Reads `Retry-After`: seconds, or a date that is counted from the answer's own `Date`, since this machine's clock may
 * be off (RFC 9110, section 10.2.3).
 * @returns milliseconds, or undefined when there is none that can be read.
 */
function retryAfterMs(headers, nowMs) {
    const text = headers['retry-after']?.trim() ?? '';
    if (/^[0-9]+$/.test(text))
        return Number(text) * 1_000;
    const at = Date.parse(text);
    if (Number.isNaN(at))
        return undefined;
    const sentAt = Date.parse(headers.date ?? '');
    return Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt));
}

// EXTERNAL MODULE: ./lib/src/report/text.js
var report_text = __nccwpck_require__(358);
;// CONCATENATED MODULE: ./lib/src/codearts/errors.js
const CHECK_IDS = 'check job_id (the 32 characters at the end of the build task page’s address) and build_no';
const CHECK_PLACE = 'check region and endpoint: this API is not published there, or not any more';
const LATER = 'the service is in trouble: run the step again later, or see its status page';
const NEW_TOKEN = 'IAM user tokens live 24 hours and are valid in the region that issued them alone: get a new one for this region with the project as its scope';
const MEMBERSHIP = 'make the user a member of the CodeArts project that owns the build task, with a role that may view it';
const SLOWER = 'fewer jobs should ask at once: run the step again in a minute';
const REPORT = 'if it stays, report it to the service with the request id';
const PARAMETERS = 'check job_id and build_no against the build task';
const byStatus = (meaning, hint) => ({ meaning, hint, again: 'by status' });
const notFound = (meaning, hint) => ({
    ...byStatus(meaning, hint),
    reason: 'not_found',
});
const throttled = (meaning) => ({
    meaning,
    hint: SLOWER,
    again: 'always',
    reason: 'throttled',
});
/** Source: the service's page of error codes, api-codeci/ErrorCode (Chinese, and international of 2023-12-08). */
const BUILD_CODES = {
    'CB.00060100': byStatus('the network of the service is busy', LATER),
    'CB.00060101': byStatus('the service failed inside', LATER),
    'CB.00060200': byStatus('a parameter is invalid', PARAMETERS),
    'CB.00060201': byStatus('the build task ID is invalid', CHECK_IDS),
    'CB.00060202': byStatus('the service ID is invalid', PARAMETERS),
    'CB.00060203': byStatus('a file name is invalid', REPORT),
    'CB.00060211': throttled('too many requests at once'),
    'CB.00060212': byStatus('an uploaded file is empty', REPORT),
    'CB.00060213': byStatus('too many files were uploaded', REPORT),
    'CB.00060214': notFound('the address is not known to the service', CHECK_PLACE),
};
/** Not documented; seen in live calls by others and in the Terraform provider's source. */
const OBSERVED_CODES = {
    'DEVCB.00031006': notFound('there is no such job or build', CHECK_IDS),
    'CB.00031006': notFound('there is no such job or build', CHECK_IDS),
    'CB.00031059': notFound('this job has no build of that number', CHECK_IDS),
    'CB.00031105': byStatus('the window of time is longer than 31 days', REPORT),
    'CB.00030004': byStatus('the scheduler of the service failed', LATER),
    'DEVCB.00030000': byStatus('the service refused the request', PARAMETERS),
    'DEV.CB.032011': byStatus('the build task ID is invalid', CHECK_IDS),
    'DEV.CB.032302': byStatus('the state of the build has changed meanwhile', 'run the step again'),
    'DEV.CB.0520002': byStatus('a template is not there', REPORT),
    'DEV.CB.0210043': byStatus('a container image could not be used', REPORT),
};
/** Source: the gateway's page of error codes, devg-apisign/api-sign-errorcode (2025-10-20). */
const GATEWAY_CODES = {
    'APIGW.0101': notFound('the API does not exist, or is not published there', CHECK_PLACE),
    'APIGW.0103': byStatus('the backend of the API does not exist', LATER),
    'APIGW.0104': byStatus('the plug-ins of the API are not configured', LATER),
    'APIGW.0105': byStatus('the backend of the API is not configured', LATER),
    'APIGW.0106': byStatus('the orchestration of the API failed', LATER),
    'APIGW.0201': byStatus('the gateway could not handle the request, or its backend is not available', LATER),
    'APIGW.0301': byStatus('the credentials were refused', NEW_TOKEN),
    'APIGW.0302': byStatus('the user is not allowed to call the API', MEMBERSHIP),
    'APIGW.0303': byStatus('the app’s credentials were refused', NEW_TOKEN),
    'APIGW.0307': byStatus('the token must be renewed, or is for another region', NEW_TOKEN),
    'APIGW.0308': throttled('the throttling threshold of the gateway has been reached'),
};
/** Every code that is known, documented or observed. */
const KNOWN_CODES = {
    ...BUILD_CODES,
    ...OBSERVED_CODES,
    ...GATEWAY_CODES,
};
/** @returns what a code means, or undefined for one that is not known. The gateway also spells itself `APIG.`. */
function meaningOf(code) {
    const name = code.replace(/^APIG\./, 'APIGW.');
    return Object.hasOwn(KNOWN_CODES, name) ? KNOWN_CODES[name] : undefined;
}
/** What to do next where no code says more, by reason. */
const HINTS = {
    not_found: `${CHECK_IDS}, and region`,
    unauthorized: NEW_TOKEN,
    forbidden: MEMBERSHIP,
    throttled: SLOWER,
    service_error: LATER,
    invalid_response: 'check endpoint and any proxy on the way: something other than the service may have answered',
    no_host: 'check region and endpoint',
    no_connection: 'check endpoint, and whether this machine needs a proxy (HTTPS_PROXY) to reach it',
    cut: 'run the step again; if it stays, check any proxy on the way',
    timeout: 'check that this machine can reach the endpoint, and any proxy on the way',
    certificate: 'if the endpoint or a proxy has a certificate of your own authority, name that in NODE_EXTRA_CA_CERTS',
    proxy: 'check HTTPS_PROXY and NO_PROXY, and the user and password of the proxy',
    malformed: 'check endpoint and any proxy on the way: something other than the service may have answered',
};
/**
 * HTTP statuses that another try may mend (contract section 5). Every other one stays: 401 among them, because six
 * failures in a row lock an access key for five minutes.
 */
function isPassingStatus(status) {
    return [408, 429, 500, 502, 503, 504].includes(status);
}

// EXTERNAL MODULE: ./lib/src/codearts/json.js
var json = __nccwpck_require__(308);
;// CONCATENATED MODULE: ./lib/src/codearts/answer.js




const MAX_MESSAGE_CHARACTERS = 400;
const MAX_EXCERPT_CHARACTERS = 80;
/**
 * Judges an answer of any of the service's APIs: the HTTP status, the envelope and the codes in it, in the order of
 * contract sections 2 and 5. Everything remote in the reading is free of secrets.
 */
function readAnswer(result, tools) {
    if (!result.ok)
        return ofFault(result.fault, tools);
    const parsed = 'text' in result.body ? (0,json/* parseJson */.q)(result.body.text, tools.redact) : undefined;
    const named = namedError(parsed?.ok === true ? parsed.value : undefined, tools);
    const answer = describe(result, named, tools);
    const again = (isAgain) => isAgain ? { again: true, retryAfterMs: retryAfterMs(result.headers, tools.nowMs()) } : { again: false };
    const meaning = named === undefined ? undefined : meaningOf(named.code);
    const reason = meaning?.reason ?? reasonOfStatus(result.status) ?? (named === undefined ? undefined : 'service_error');
    if (reason !== undefined) {
        const hint = meaning?.hint ?? HINTS[reason === 'unreachable' ? 'proxy' : reason];
        const mayMend = meaning?.again === 'always' || (meaning?.reason !== 'not_found' && isPassingStatus(result.status));
        return problem(reason, answer, hint, again(mayMend));
    }
    const invalid = (why, mayMend = false) => problem('invalid_response', `${answer}, but ${why}`, HINTS.invalid_response, again(mayMend));
    if ('refused' in result.body)
        return invalid(`its body cannot be read: ${result.body.refused}`);
    if (parsed?.ok === false && parsed.why === 'shape')
        return invalid('its JSON is nested too deeply or has too many values');
    if (parsed?.ok !== true)
        return invalid(`its body is not JSON: ${excerpt(result.body.text, tools)}`, true);
    if (result.status !== 200)
        return invalid('only HTTP 200 carries a result');
    if (!(0,json/* isJsonObject */.O)(parsed.value))
        return invalid('its JSON is not an object');
    const objection = objectionTo(parsed.value);
    return objection === undefined ? { ok: true, result: parsed.value['result'] } : invalid(objection);
}
function ofFault(fault, { redact }) {
    const reason = fault.kind === 'malformed' ? 'invalid_response' : 'unreachable';
    return problem(reason, redact(fault.detail), HINTS[fault.kind], { again: fault.again });
}
function problem(reason, cameBack, hint, again) {
    return { ok: false, problem: { reason, cameBack, hint }, again };
}
/** @returns the reason that an HTTP status stands for by itself; undefined for the 2xx, whose body decides. */
function reasonOfStatus(status) {
    if (status === 401)
        return 'unauthorized';
    if (status === 403)
        return 'forbidden';
    if (status === 404 || status === 410)
        return 'not_found';
    if (status === 407)
        return 'unreachable';
    if (status === 429)
        return 'throttled';
    if (status >= 400)
        return 'service_error';
    return status >= 200 && status < 300 ? undefined : 'invalid_response';
}
/**
 * Finds the error in any envelope that the service or its gateway uses, an answer within a JSON string among them
 * (API reference, section 6).
 */
function namedError(value, tools) {
    if (typeof value === 'string') {
        const inner = (0,json/* parseJson */.q)(value, tools.redact);
        return inner.ok && typeof inner.value !== 'string' ? namedError(inner.value, tools) : undefined;
    }
    if (!(0,json/* isJsonObject */.O)(value))
        return undefined;
    const inner = (0,json/* isJsonObject */.O)(value['error']) ? value['error'] : {};
    const code = firstText(value, 'error_code', 'err_code', 'errCode', 'errorCode') ||
        firstText(inner, 'code', 'error_code');
    const said = firstText(value, 'error_msg', 'err_msg', 'errMsg', 'errorMsg') ||
        firstText(inner, 'message', 'reason', 'error_msg');
    const failed = value['success'] === false || ['fail', 'error'].includes(firstText(value, 'status'));
    if (code === '' && !failed && !isFilled(value['error']))
        return undefined;
    const message = said || firstText(value, 'message') || (isFilled(value['error']) ? JSON.stringify(value['error']) : '');
    return { code, message, requestId: firstText(value, 'request_id') };
}
/** @returns why the envelope is not one of success, or undefined; contract section 3. */
function objectionTo(envelope) {
    const says = (name) => `its envelope has the field ${name} as ${JSON.stringify(envelope[name])}`;
    for (const name of ['error', 'err_code', 'errCode', 'error_code', 'errorCode']) {
        if (isFilled(envelope[name]))
            return says(name);
    }
    const succeeded = envelope['success'];
    if (succeeded !== undefined && succeeded !== true)
        return says('success');
    const status = envelope['status'];
    if (status !== undefined && status !== null && status !== 'success')
        return says('status');
    if (succeeded !== true && status !== 'success')
        return 'its envelope does not say that it succeeded';
    return undefined;
}
function isFilled(value) {
    if (value === undefined || value === null || value === '')
        return false;
    return !((0,json/* isJsonObject */.O)(value) && Object.keys(value).length === 0);
}
function firstText(object, ...names) {
    for (const name of names) {
        const value = Object.hasOwn(object, name) ? object[name] : undefined;
        if (typeof value === 'number' || (typeof value === 'string' && value !== ''))
            return String(value);
    }
    return '';
}
/** The answer as a clause: its status, the service's own code and message, the request id, where it would redirect. */
function describe(answer, named, { redact }) {
    const { status, headers } = answer;
    const header = headers['x-request-id'];
    const requestId = [named?.requestId, redact(typeof header === 'string' ? header : '')].find(id => id !== undefined && id !== '');
    const quoted = (text) => `"${(0,report_text/* shorten */.ml)(text, MAX_MESSAGE_CHARACTERS)}"`;
    const redirect = status >= 300 && status < 400
        ? `, a redirect to ${quoted(redact(headers.location ?? ''))} that is not followed`
        : '';
    const parts = [`the service answered HTTP ${status}${redirect}`];
    if (named !== undefined) {
        const meaning = meaningOf(named.code)?.meaning;
        const words = [
            named.code,
            named.message === '' ? '' : quoted(named.message),
            meaning === undefined ? '' : `(${meaning})`,
        ];
        parts.push(`with ${words.filter(word => word !== '').join(' ') || 'an error without words'}`);
    }
    if (requestId !== undefined)
        parts.push(`(request id ${(0,report_text/* shorten */.ml)(requestId, MAX_EXCERPT_CHARACTERS)})`);
    return parts.join(' ');
}
function excerpt(body, { redact }) {
    if (body.trim() === '')
        return 'it is empty';
    return `it begins with "${(0,report_text/* shorten */.ml)(redact(body.slice(0, MAX_MESSAGE_CHARACTERS)).trim(), MAX_EXCERPT_CHARACTERS)}"`;
}

// EXTERNAL MODULE: ./lib/src/codearts/record.js
var record = __nccwpck_require__(119);
;// CONCATENATED MODULE: ./lib/src/codearts/client.js




/** Source: API reference, sections 1 and 2. All three answer with the same 33 fields. */
const RECORD_PATHS = {
    v3: ({ jobId, buildNo }) => `/v3/jobs/${jobId}/${buildNo}/record-info`,
    v1: ({ jobId, buildNo }) => `/v1/record/${jobId}/${buildNo}/record-info`,
    v4: ({ jobId, buildNo }) => `/v4/jobs/${jobId}/${buildNo}/record-info`,
};
function createCodeArtsBuild(options) {
    return {
        async readRecord(build) {
            const refusals = [];
            for (const apiVersion of options.apiVersions) {
                const reading = await get(options, RECORD_PATHS[apiVersion](build));
                if (reading.ok)
                    return lookAt(reading.result, apiVersion);
                refusals.push({ apiVersion, problem: reading.problem });
                if (reading.problem.reason !== 'not_found')
                    break;
            }
            return { ok: false, problem: together(refusals) };
        },
    };
}
/** Sends one GET with its tries, each with credentials of its own. */
async function get(options, path) {
    const { credentials, endpoint, http, reading } = options;
    const url = new URL(endpoint.href.replace(/\/$/, '') + path);
    let last;
    const { result, tries } = await withTries(async () => {
        const request = { method: 'GET', url, headers: { Accept: 'application/json' } };
        const authorization = await credentials.headersFor(request);
        last = readAnswer(await http.send({ ...request, headers: { ...request.headers, ...authorization } }), reading);
        return last;
    }, result => (result.ok ? { again: false } : result.again), {
        ...options.retry,
        onPause: (tries, pauseMs) => {
            if (last?.ok === false)
                options.onRetry(last.problem, tries, pauseMs);
        },
    });
    if (result.ok || tries === 1)
        return result;
    return {
        ...result,
        problem: { ...result.problem, cameBack: `${result.problem.cameBack}, the last of ${tries} tries` },
    };
}
function lookAt(result, apiVersion) {
    const parsed = (0,record/* parseRecord */.H)(result);
    if (parsed.ok)
        return { ok: true, record: parsed.record, apiVersion };
    const cameBack = `the service answered HTTP 200, but ${parsed.why}`;
    return { ok: false, problem: { reason: 'invalid_response', cameBack, hint: HINTS.invalid_response } };
}
/** The last refusal decides; with several versions asked, the words say what each of them said. */
function together(refusals) {
    const last = refusals.at(-1)?.problem;
    if (last === undefined)
        throw new Error('there is no version of the API to ask');
    if (refusals.length === 1)
        return last;
    const versions = new Map();
    for (const { apiVersion, problem } of refusals) {
        versions.set(problem.cameBack, [...(versions.get(problem.cameBack) ?? []), apiVersion]);
    }
    const said = [...versions].map(([cameBack, names]) => `${names.join(', ')}: ${cameBack}`);
    return { ...last, cameBack: said.join('; ') };
}


/***/ }),

/***/ 308:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ isJsonObject),
/* harmony export */   q: () => (/* binding */ parseJson)
/* harmony export */ });
/** Contract section 2: a record is flat; what nests deeper than this is an attack on whoever walks through it. */
const MAX_DEPTH = 64;
/**
 * A record has 33 values and a page of a list some thousands. Two megabytes of `[{},{},…` would take 300 MiB of memory
 * once parsed (measured); with this limit nothing within the cap on bodies takes much more than the text itself.
 */
const MAX_VALUES = 100_000;
/**
 * Parses JSON that a stranger sent.
 * @param cleaned is applied to every text in it, names of fields included: takes secrets out at the edge.
 */
function parseJson(text, cleaned) {
    if (!isModest(text))
        return { ok: false, why: 'shape' };
    try {
        return { ok: true, value: cleanValue(JSON.parse(text), cleaned) };
    }
    catch {
        return { ok: false, why: 'syntax' };
    }
}
/** @returns whether the value is an object that is neither null nor an array. */
function isJsonObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** Whether the text keeps to both limits, judged by its brackets and commas outside of strings, without parsing it. */
function isModest(text) {
    let depth = 0;
    let values = 0;
    let inString = false;
    for (let at = 0; at < text.length; at++) {
        const character = text[at];
        if (inString) {
            if (character === '\\')
                at++;
            else if (character === '"')
                inString = false;
        }
        else if (character === '"')
            inString = true;
        else if (character === ',')
            values++;
        else if (character === '}' || character === ']')
            depth--;
        else if (character === '{' || character === '[') {
            depth++;
            values++;
        }
        if (depth > MAX_DEPTH || values > MAX_VALUES)
            return false;
    }
    return true;
}
/** Cleans in place: a copy of two megabytes of small objects would cost more memory than the parse. */
function cleanValue(value, cleaned) {
    if (typeof value === 'string')
        return cleaned(value);
    if (typeof value === 'number') {
        const text = String(value);
        const clean = cleaned(text);
        return clean === text ? value : clean;
    }
    if (typeof value !== 'object' || value === null)
        return value;
    for (const [name, item] of Object.entries(value)) {
        const cleanName = cleaned(name);
        if (cleanName !== name)
            Reflect.deleteProperty(value, name);
        // Defined, not assigned: a field named `__proto__` is a field and nothing else.
        const clean = cleanValue(item, cleaned);
        if (clean !== item || cleanName !== name)
            define(value, cleanName, clean);
    }
    return value;
}
function define(object, name, value) {
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}


/***/ }),

/***/ 119:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ parseRecord),
/* harmony export */   I: () => (/* binding */ RECORD_FIELDS)
/* harmony export */ });
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(308);

/**
 * The documented fields of a build record, under their documented names. Source: ShowRecordInfo of the service's API
 * reference; v1 and v4 document the same 33.
 */
const RECORD_FIELDS = {
    id: 'text',
    build_project_id: 'text',
    build_record_id: 'text',
    parent_record_id: 'text',
    devcloud_project_id: 'text',
    codeci_job_id: 'text',
    user_id: 'text',
    build_no: 'number',
    daily_build_num: 'text',
    execution_id: 'text',
    repo_name: 'text',
    repo_id: 'text',
    branch: 'text',
    tag: 'text',
    commit: 'text',
    commit_message: 'text',
    commit_create_time: 'text',
    trigger_type: 'text',
    build_type: 'text',
    status: 'text',
    domain_id: 'text',
    create_time: 'text',
    schedule_time: 'text',
    queued_time: 'text',
    start_time: 'text',
    runnable_time: 'text',
    finish_time: 'text',
    duration: 'number',
    record_status: 'text',
    use_private_slave: 'number',
    region: 'text',
    err_msg: 'text',
    build_config_type: 'text',
};
/**
 * Reads the `result` of an answer, in snake_case or camelCase (the documentation shows both), with fields missing or
 * added.
 */
function parseRecord(result) {
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isJsonObject */ .O)(result))
        return { ok: false, why: `its result is ${typeName(result)}, not a record` };
    const fields = {};
    for (const [name, kind] of Object.entries(RECORD_FIELDS)) {
        const camelName = camelCase(name);
        const values = [name, camelName].filter(key => Object.hasOwn(result, key)).map(key => result[key]);
        const [value] = values;
        if (camelName !== name && values.length === 2 && values[0] !== values[1]) {
            return { ok: false, why: `its fields ${name} and ${camelName} differ` };
        }
        const text = fieldText(value, kind);
        if (text === undefined)
            return { ok: false, why: `its field ${name} is ${typeName(value)}` };
        fields[name] = text;
    }
    if (Object.keys(result).length === 0)
        return { ok: false, why: 'its record is empty' };
    return { ok: true, record: { fields: fields, whole: result } };
}
/** @returns the value as text, or undefined when it is of the wrong type. Numbers may come as digits in a text. */
function fieldText(value, kind) {
    if (value === null || value === undefined)
        return '';
    if (typeof value === 'string')
        return kind === 'text' || /^(-?[0-9]+(\.[0-9]+)?)?$/.test(value) ? value : undefined;
    return kind === 'number' && typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}
function camelCase(name) {
    return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
function typeName(value) {
    if (value === null)
        return 'null';
    if (value === undefined)
        return 'missing';
    return Array.isArray(value) ? 'an array' : `of the type ${typeof value}`;
}


/***/ }),

/***/ 226:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ tokenCredentials)
/* harmony export */ });
/**
 * @param token an IAM user token of the region, with the project as its scope; it lives 24 hours (source: the service's
 * page on tokens, api-iam/iam_30_0001).
 */
function tokenCredentials(token) {
    return { headersFor: () => Promise.resolve({ 'X-Auth-Token': token }) };
}


/***/ }),

/***/ 935:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ mayPass)
/* harmony export */ });
/** @returns whether the step may pass; contract section 3. A soft gate lets any status pass, and no error. */
function mayPass(ending, failUnlessSuccess) {
    return ending.success || (!failUnlessSuccess && ending.record !== undefined);
}


/***/ }),

/***/ 845:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  R: () => (/* binding */ runGate)
});

;// CONCATENATED MODULE: ./lib/src/verdict.js
/** The one word that passes: no other case, no other word (contract section 3). */
const PASSING_STATUS = 'SUCCESS';
/** Words of builds that are over and did not succeed, in upper case. Source: API reference, section 4. */
const FAILED_STATUSES = {
    FAILURE: 'failed',
    SCHEDULE_FAILURE: 'failed',
    ABORTED: 'aborted',
    TIMEOUT: 'timed_out',
};
/**
 * Judges a record by an allow-list of one word. A word that is not known is a running build until it has a
 * `finish_time`: the words of running builds are not documented.
 */
function judge(record) {
    const { status, finish_time: finishTime } = record.fields;
    if (status === PASSING_STATUS)
        return { success: true, reason: 'success' };
    const word = status.toUpperCase();
    const known = Object.hasOwn(FAILED_STATUSES, word) ? FAILED_STATUSES[word] : undefined;
    return { success: false, reason: known ?? (finishTime === '' ? 'running' : 'unknown_status') };
}

;// CONCATENATED MODULE: ./lib/src/gate.js

/** The whole story: read the build's record, and judge it. */
async function runGate(build, { service, log, onRecord }) {
    const look = await service.readRecord(build);
    if (!look.ok)
        return unread(build, look.problem);
    const { record, apiVersion } = look;
    onRecord(record);
    log.info(`Build ${build.buildNo} of job ${build.jobId} has the status ${statusOf(record)} (read through API ${apiVersion})`);
    const verdict = judge(record);
    const advice = ADVICE[verdict.reason];
    return {
        ...verdict,
        record,
        warnings: identityWarnings(build, record),
        sentence: `Build ${build.buildNo} of job ${build.jobId} ${OUTCOME[verdict.reason]}: its status is ${statusOf(record)}` +
            `; commit: not checked; branch: not checked${advice === '' ? '' : `; ${advice}`}`,
    };
}
const OUTCOME = {
    success: 'passes',
    failed: 'failed',
    aborted: 'was aborted',
    timed_out: 'timed out in CodeArts',
    running: 'is not over',
    unknown_status: 'ended with a status that is not known',
};
const ADVICE = {
    success: '',
    failed: 'see the log of the build in CodeArts, mend it and build again',
    aborted: 'run the build again in CodeArts',
    timed_out: 'see the log of the build in CodeArts, and run it again',
    running: 'run this step when the build is over',
    unknown_status: 'only SUCCESS passes: see the build in CodeArts',
};
function unread({ jobId, buildNo }, { reason, cameBack, hint }) {
    const sentence = `Asked for build ${buildNo} of job ${jobId}: ${cameBack}; ${hint}`;
    return { success: false, reason, sentence, warnings: [] };
}
/** The service's own published example answers with another job and build than were asked for, so this is no error. */
function identityWarnings({ jobId, buildNo }, { fields }) {
    const otherJob = fields.codeci_job_id !== '' && fields.codeci_job_id !== jobId;
    const otherBuild = fields.build_no !== '' && Number(fields.build_no) !== buildNo;
    if (!otherJob && !otherBuild)
        return [];
    return [
        `Asked for build ${buildNo} of job ${jobId}, and the record says that it is build ` +
            `${fields.build_no || '(none)'} of job ${fields.codeci_job_id || '(none)'}`,
    ];
}
function statusOf({ fields }) {
    return fields.status === '' ? '(none)' : fields.status;
}


/***/ }),

/***/ 219:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ proxySecrets),
/* harmony export */   w: () => (/* binding */ proxyHostOf)
/* harmony export */ });
/* harmony import */ var _actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(783);

/** The variables that name a proxy, as the toolkit's client reads them: either case, https first. */
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
/** Shorter user names are words; masking one would star out half of the log and hide nothing. */
const MIN_MASKED_USER_CHARACTERS = 4;
/**
 * @returns what a log must not show of the proxies that the environment names: `passwords` in every spelling that may
 * turn up (as given, decoded, in the Basic credential), and `users`. Read without the URL parser, so that a proxy
 * address that is no URL gives away nothing either.
 */
function proxySecrets(environment) {
    const passwords = [];
    const users = [];
    for (const variable of PROXY_VARIABLES) {
        const userInfo = /^(?:[a-z]+:\/\/)?([^/]*)@/i.exec(environment[variable] ?? '')?.[1];
        if (userInfo === undefined)
            continue;
        const colon = userInfo.indexOf(':');
        const user = colon < 0 ? userInfo : userInfo.slice(0, colon);
        const password = colon < 0 ? '' : userInfo.slice(colon + 1);
        const basic = `${decoded(user)}:${decoded(password)}`;
        passwords.push(password, decoded(password), Buffer.from(basic).toString('base64'));
        users.push(...[user, decoded(user)].filter(name => name.length >= MIN_MASKED_USER_CHARACTERS));
    }
    return { passwords: passwords.filter(password => password !== ''), users };
}
/**
 * @returns the host and port of the proxy that a request to this URL goes through, or undefined when it goes straight
 * (no proxy named, or NO_PROXY excepts the host; the client never sends loopback through a proxy).
 * @throws Error when the variable is not the address of an HTTP proxy; the message does not show its value.
 */
function proxyHostOf(url) {
    if ((0,_actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_0__/* .checkBypass */ .H)(url) || !namesProxy(url))
        return undefined;
    let proxy;
    try {
        proxy = (0,_actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_0__/* .getProxyUrl */ .s)(url);
    }
    catch {
        // As below.
    }
    // The client goes straight to the host, without a word, where the variable begins with http:// and is no URL.
    if (proxy === undefined)
        throw new Error('the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY) is not a URL');
    if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
        throw new Error(`the proxy that the environment names speaks ${proxy.protocol}, and only http: and https: proxies work`);
    }
    return proxy.host;
}
function namesProxy({ protocol }) {
    const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
    return [name, name.toUpperCase()].some(variable => (process.env[variable] ?? '') !== '');
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}


/***/ }),

/***/ 132:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  V: () => (/* binding */ createHttp)
});

// UNUSED EXPORTS: HTTP_LIMITS

// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js + 1 modules
var lib = __nccwpck_require__(782);
// EXTERNAL MODULE: ./lib/src/thrown.js
var thrown = __nccwpck_require__(866);
;// CONCATENATED MODULE: ./lib/src/http/faults.js

/** Certificates that Node refuses: its X509 codes, and its own check of the host name. They do not mend themselves. */
const CERTIFICATE_CODE = /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_|ERR_TLS_CERT_)/;
/** @returns the fault behind an error that Node or the toolkit's client threw during a request to `host`. */
function faultOf(error, host) {
    const code = (0,thrown/* codeOf */.$N)(error);
    const shownCode = code === '' ? (0,thrown/* messageOf */.bD)(error) : code;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
        return { kind: 'no_host', detail: `the host name ${host} could not be resolved (${code})`, again: true };
    }
    if (CERTIFICATE_CODE.test(code)) {
        return {
            kind: 'certificate',
            detail: `the certificate of ${host} was refused (${code}: ${(0,thrown/* messageOf */.bD)(error)})`,
            again: false,
        };
    }
    if (code === 'HPE_HEADER_OVERFLOW') {
        return {
            kind: 'malformed',
            detail: 'the headers of the answer are too large (HPE_HEADER_OVERFLOW)',
            again: false,
        };
    }
    if (code.startsWith('HPE_')) {
        return { kind: 'malformed', detail: `the answer is not HTTP (${code})`, again: true };
    }
    if (code === 'ECONNRESET' || code === 'EPIPE') {
        return {
            kind: 'cut',
            detail: `the connection was cut before the answer was complete (${code})`,
            again: true,
        };
    }
    if (code === 'ECONNREFUSED') {
        return { kind: 'no_connection', detail: `${host} refused the connection (${code})`, again: true };
    }
    return { kind: 'no_connection', detail: `the connection to ${host} failed (${shownCode})`, again: true };
}
/**
 * @returns the fault of a proxy that did not open a tunnel: `status` is its answer to CONNECT. Credentials that a
 * proxy refuses, and any other 4xx, stay refused.
 */
function proxyFault(proxyHost, status) {
    return {
        kind: 'proxy',
        detail: `the proxy ${proxyHost} refused the tunnel (HTTP ${status})`,
        again: status >= 500,
    };
}

// EXTERNAL MODULE: ./lib/src/http/proxy.js
var proxy = __nccwpck_require__(219);
;// CONCATENATED MODULE: ./lib/src/http/request.js




/** Contract section 5. */
const HTTP_LIMITS = { deadlineMs: 30_000, maxBodyBytes: 2 * 1024 * 1024 };
/**
 * The one way out to the network: the toolkit's client and its agent for proxies, without what would make them unfit
 * for a gate (redirects with the token, bodies that never end, CONNECTs that no time-out reaches).
 * @param userAgent sent as it is: the client itself would append the runner's orchestration id.
 */
function createHttp(userAgent, limits = HTTP_LIMITS) {
    const client = new lib/* HttpClient */.Qq(undefined, [], {
        allowRedirects: false,
        allowRetries: false,
        keepAlive: true,
        // The client's own time-out counts idle time alone; it is kept from firing before our deadline.
        socketTimeout: limits.deadlineMs * 2,
    });
    client.userAgent = userAgent;
    return {
        async send(request) {
            const exchange = new Exchange(client, request, limits);
            const timer = setTimeout(() => {
                exchange.timeOut();
            }, limits.deadlineMs);
            // A race, because behind a silent proxy no time-out of the client fires.
            const result = await Promise.race([exchange.run(), exchange.brokenOff]);
            clearTimeout(timer);
            exchange.end();
            return result;
        },
    };
}
/** One request on its way: what must be known of it to end it, and to say where it stood. */
class Exchange {
    #client;
    #request;
    #limits;
    #abort = new AbortController();
    #breakOff;
    /** Settles when the exchange is ended from this side. */
    brokenOff;
    #phase = 'connecting';
    #proxyHost;
    #proxyFault;
    #over = false;
    constructor(client, request, limits) {
        this.#client = client;
        this.#request = request;
        this.#limits = limits;
        let breakOff = () => undefined;
        this.brokenOff = new Promise(resolve => {
            breakOff = resolve;
        });
        this.#breakOff = breakOff;
    }
    async run() {
        const { method, url, headers, body } = this.#request;
        try {
            this.#proxyHost = (0,proxy/* proxyHostOf */.w)(url);
        }
        catch (error) {
            return { ok: false, fault: { kind: 'proxy', detail: (0,thrown/* messageOf */.bD)(error), again: false } };
        }
        try {
            // The client prepares a request, and so asks its handlers, before its first await.
            this.#client.handlers = [this.#handler()];
            const sent = { ...headers, 'Accept-Encoding': 'identity' };
            const response = method === 'GET'
                ? await this.#client.get(url.href, sent)
                : await this.#client.post(url.href, body ?? '', sent);
            this.#phase = 'reading the body';
            const answer = await readAnswer(response.message, this.#limits.maxBodyBytes);
            this.#over = 'text' in answer.body;
            return answer;
        }
        catch (error) {
            return { ok: false, fault: this.#proxyFault ?? faultOf(error, url.host) };
        }
    }
    /** Ends a request that took too long, and says where it hung. */
    timeOut() {
        const detail = `no complete answer came within ${this.#limits.deadlineMs / 1000} s (${this.#phase})`;
        this.#fail({ kind: 'timeout', detail, again: true });
    }
    #fail(fault) {
        this.#breakOff({ ok: false, fault });
    }
    /** Takes down whatever is still open, unless the answer was read to its end and the connection can serve again. */
    end() {
        if (!this.#over)
            this.#abort.abort();
    }
    #handler() {
        return {
            prepareRequest: (options) => {
                options.signal = this.#abort.signal;
                // The environment cannot turn the check of certificates off: NODE_TLS_REJECT_UNAUTHORIZED would.
                Object.assign(options, { rejectUnauthorized: true });
                // The client hands over the brackets of an IPv6 address, which Node then tries to resolve.
                options.host = options.host?.replace(/^\[(.*)\]$/, '$1') ?? null;
                this.#phase = `waiting for ${this.#request.url.host}`;
                const agent = options.agent;
                if (isTunnelAgent(agent))
                    this.#tame(agent);
                this.#watch(agent);
            },
            canHandleAuthentication: () => false,
            handleAuthentication: () => Promise.reject(new Error('no authentication handler')),
        };
    }
    /**
     * Watches the request that the client is about to hand to this agent, for what the client itself does not see: a
     * switch of protocols, and a flood ahead of the answer (interim answers or empty lines without end).
     */
    #watch(agent) {
        const { addRequest } = agent;
        const mostBytes = this.#limits.maxBodyBytes * MAX_FRAMING;
        let interimAnswers = 0;
        const flooded = () => {
            this.#fail({ kind: 'malformed', detail: 'more came than an answer can have', again: false });
        };
        agent.addRequest = (request, ...rest) => {
            agent.addRequest = addRequest;
            request.once('upgrade', (_, socket) => {
                socket.destroy();
                this.#fail({
                    kind: 'malformed',
                    detail: 'the answer would switch protocols (HTTP 101)',
                    again: false,
                });
            });
            request.on('information', () => {
                if (++interimAnswers > MAX_INTERIM_ANSWERS)
                    flooded();
            });
            request.once('socket', socket => {
                let bytes = 0;
                const count = (piece) => {
                    bytes += piece.length;
                    if (bytes > mostBytes)
                        flooded();
                };
                socket.on('data', count);
                request.once('close', () => socket.off('data', count));
            });
            addRequest.call(agent, request, ...rest);
        };
    }
    /**
     * Takes charge of the CONNECT of the tunnel agent: it can be ended, its answer is known, and its credentials are
     * sent without the deprecated Buffer constructor, whose warning would go to stderr.
     */
    #tame(agent) {
        const { proxyOptions } = agent;
        const credentials = proxyOptions.proxyAuth ?? agent.credentials;
        delete proxyOptions.proxyAuth;
        agent.credentials = credentials;
        proxyOptions.host = proxyOptions.host.replace(/^\[(.*)\]$/, '$1');
        Object.assign(agent.options, { rejectUnauthorized: true });
        agent.connect ??= agent.request;
        const { connect } = agent;
        this.#phase = `waiting for the proxy ${this.#proxyHost ?? ''}`;
        agent.request = options => {
            const headers = Object.assign({}, options.headers, basicCredentials(credentials));
            const request = connect({ ...options, headers, signal: this.#abort.signal });
            request.prependOnceListener('connect', (response) => {
                this.#phase = `waiting for ${this.#request.url.host} behind the proxy`;
                if (response.statusCode !== 200)
                    this.#proxyFault = proxyFault(this.#proxyHost ?? '', response.statusCode ?? 0);
            });
            request.prependOnceListener('error', (error) => {
                const { detail, again } = faultOf(error, `the proxy ${this.#proxyHost ?? ''}`);
                this.#proxyFault = { kind: 'proxy', detail, again };
            });
            return request;
        };
    }
}
/** How many times the size of a body may come over the wire: chunks of a few bytes each are as long as their framing. */
const MAX_FRAMING = 4;
/** One or two are usual (100, 103). */
const MAX_INTERIM_ANSWERS = 32;
function isTunnelAgent(agent) {
    return 'proxyOptions' in agent;
}
function basicCredentials(credentials) {
    if (credentials === undefined)
        return {};
    return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
async function readAnswer(message, maxBodyBytes) {
    const { statusCode: status = 0, headers } = message;
    const refused = refusedUnread(headers, maxBodyBytes);
    if (refused !== undefined)
        return { ok: true, status, headers, body: { refused } };
    const { socket } = message;
    // One buffer that grows, not a list of pieces: a body in chunks of one byte would cost a hundred times its size.
    let buffer = Buffer.allocUnsafe(16 * 1024);
    let length = 0;
    for await (const piece of message) {
        if (length + piece.length > maxBodyBytes)
            return { ok: true, status, headers, body: { refused: tooLarge(maxBodyBytes) } };
        if (length + piece.length > buffer.length) {
            const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + piece.length));
            buffer.copy(larger, 0, 0, length);
            buffer = larger;
        }
        length += piece.copy(buffer, length);
    }
    // Node takes the end of a connection for the end of a body without a length, even when a reset ended it.
    if (!message.complete || socket.errored !== null) {
        throw Object.assign(new Error('the answer is incomplete'), { code: 'ECONNRESET' });
    }
    return { ok: true, status, headers, body: { text: new TextDecoder().decode(buffer.subarray(0, length)) } };
}
/** @returns why a body is not even read, or undefined: nothing is decompressed, so there is nothing to blow up. */
function refusedUnread(headers, maxBodyBytes) {
    const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (coding !== '' && coding !== 'identity')
        return `it came in the encoding "${coding}", which was not asked for`;
    const transfer = headers['transfer-encoding']?.trim().toLowerCase() ?? '';
    if (transfer !== '' && transfer !== 'chunked')
        return `it came in the transfer encoding "${transfer}", which was not asked for`;
    return Number(headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : undefined;
}
function tooLarge(maxBodyBytes) {
    return `it is larger than ${maxBodyBytes / 1024 / 1024} MiB`;
}


/***/ }),

/***/ 210:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _start_red_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(616);
/* harmony import */ var _codearts_client_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(258);
/* harmony import */ var _credentials_token_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(226);
/* harmony import */ var _ending_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(935);
/* harmony import */ var _gate_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(845);
/* harmony import */ var _http_proxy_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(219);
/* harmony import */ var _http_request_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(132);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(486);
/* harmony import */ var _report_report_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(424);
/* harmony import */ var _unplanned_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(557);
/* harmony import */ var _user_agent_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(98);











const environment = process.env;
const report = (0,_report_report_js__WEBPACK_IMPORTED_MODULE_6__/* .createReport */ .L)(environment);
let isOver = false;
(0,_unplanned_js__WEBPACK_IMPORTED_MODULE_8__/* .reportUnplannedEnds */ ._)(report, () => isOver);
hideSecrets();
const read = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_5__/* .readInputs */ .Ko)(environment);
const ending = read.ok ? await gate(read.inputs) : refused(read.problems);
const passes = (0,_ending_js__WEBPACK_IMPORTED_MODULE_9__/* .mayPass */ .b)(ending, read.ok ? read.inputs.failUnlessSuccess : true);
report.end(ending, {
    summary: read.ok ? read.inputs.summary : read.summary,
    softly: passes && !ending.success,
});
await everythingPrinted();
if (ending.success)
    report.succeed();
isOver = true;
if (passes)
    process.exitCode = 0;
// Whatever sockets are still open: a verdict is never waited for.
process.exit();
/** The first thing that is printed, so that nothing can be printed before it. */
function hideSecrets() {
    const { passwords, users } = (0,_http_proxy_js__WEBPACK_IMPORTED_MODULE_3__/* .proxySecrets */ .W)(environment);
    for (const secret of [...(0,_inputs_js__WEBPACK_IMPORTED_MODULE_5__/* .secretInputs */ ._y)(environment), ...passwords])
        report.secrets.add(secret);
    for (const user of users)
        report.mask(user);
}
async function gate({ jobId, buildNo, token, endpoint, apiVersions }) {
    const { log, secrets } = report;
    log.debug(`Asking ${endpoint.href} for build ${buildNo} of job ${jobId} (${apiVersions.join(', ')})`);
    const service = (0,_codearts_client_js__WEBPACK_IMPORTED_MODULE_1__/* .createCodeArtsBuild */ .G)({
        endpoint,
        apiVersions,
        credentials: (0,_credentials_token_js__WEBPACK_IMPORTED_MODULE_10__/* .tokenCredentials */ .w)(token),
        http: (0,_http_request_js__WEBPACK_IMPORTED_MODULE_4__/* .createHttp */ .V)(_user_agent_js__WEBPACK_IMPORTED_MODULE_7__/* .USER_AGENT */ ._),
        retry: { sleep: ms => new Promise(resolve => setTimeout(resolve, ms)), random: Math.random },
        reading: { redact: text => secrets.redact(text), nowMs: Date.now },
        onRetry: ({ cameBack }, tries, pauseMs) => {
            log.info(`Try ${tries} failed: ${cameBack}; the next one follows in ${(pauseMs / 1_000).toFixed(1)} s`);
        },
    });
    return (0,_gate_js__WEBPACK_IMPORTED_MODULE_2__/* .runGate */ .R)({ jobId, buildNo }, {
        service,
        log,
        onRecord: record => {
            report.record(record);
        },
    });
}
function refused(problems) {
    const sentence = `No request was sent, because the inputs are not right: ${problems.join('; ')}`;
    return { success: false, reason: 'invalid_input', sentence, warnings: [] };
}
/** Waits until the log has taken every line, but not for a reader that has stopped reading. */
async function everythingPrinted() {
    await new Promise(resolve => {
        setTimeout(resolve, 500);
        process.stdout.write('', () => {
            resolve();
        });
    });
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 486:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Ko: () => (/* binding */ readInputs),
  _y: () => (/* binding */ secretInputs)
});

// UNUSED EXPORTS: INPUTS

;// CONCATENATED MODULE: ./lib/src/codearts/regions.js
/**
 * Regions whose host is not `cloudbuild-ext.{region}.myhuaweicloud.com`. Source: the service's page of endpoints for
 * Europe (2023-11-28).
 */
const OTHER_HOSTS = {
    'eu-west-101': 'build-backend.eu-west-101.myhuaweicloud.eu',
};
/** The region that is asked when neither the inputs nor the environment name one: the service's home. */
const DEFAULT_REGION = 'cn-north-4';
/**
 * @returns whether the text has the shape of a region name (`cn-north-4`, `ap-southeast-3`): two letters, a word, a
 * number. The shape is what is checked, not a list: new regions open, and no other text can reach the host name.
 */
function isRegion(text) {
    return /^[a-z]{2}-[a-z]{2,20}-[0-9]{1,3}$/.test(text);
}
/**
 * @param region a region name that `isRegion` accepts.
 * @returns the base URL of CodeArts Build there. Source: CodeArtsBuildRegion of the official SDKs, which lists twelve
 * regions, all of this form.
 */
function endpointOf(region) {
    return new URL(`https://${OTHER_HOSTS[region] ?? `cloudbuild-ext.${region}.myhuaweicloud.com`}`);
}

;// CONCATENATED MODULE: ./lib/src/edit-distance.js
/** @returns how many letters must be added, left out or exchanged to turn `from` into `to` (Levenshtein distance). */
function editDistance(from, to) {
    let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
    for (let row = 1; row <= from.length; row++) {
        const current = [row];
        for (let column = 1; column <= to.length; column++) {
            const exchange = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
            current.push(Math.min(exchange, at(previous, column) + 1, at(current, column - 1) + 1));
        }
        previous = current;
    }
    return at(previous, to.length);
}
function at(row, column) {
    return row[column] ?? Number.POSITIVE_INFINITY;
}

// EXTERNAL MODULE: ./lib/src/report/text.js
var report_text = __nccwpck_require__(358);
;// CONCATENATED MODULE: ./lib/src/inputs.js



/** Every input, as action.yml declares it; a test holds the two together. */
const INPUTS = {
    job_id: { required: true },
    build_no: { required: true },
    token: { required: true, secret: true },
    region: {},
    endpoint: {},
    fail_unless_success: { default: 'true' },
    api_version: { default: 'auto' },
    summary: { default: 'true' },
};
/** Where other Huawei tools leave the region: huaweicloud/auth-action, then Terraform. */
const REGION_VARIABLES = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'];
const MAX_BUILD_NO = 2_147_483_647;
const MAX_SHOWN_CHARACTERS = 80;
/** @returns the values of all secret inputs, valid or not: to be masked before anything is printed. */
function secretInputs(environment) {
    return inputNames()
        .filter(name => 'secret' in INPUTS[name])
        .map(name => inputs_valueOf(environment, name));
}
/** Reads and checks every input; contract section 1. A secret's value is in no problem. */
function readInputs(environment) {
    const problems = misspeltInputs(environment);
    const read = (name, takes, parse) => {
        const text = inputs_valueOf(environment, name);
        if (text === '') {
            if ('required' in INPUTS[name])
                problems.push(`${name} is missing: it takes ${takes}`);
            return undefined;
        }
        const value = parse(text);
        if (value === undefined)
            problems.push(`${name} is ${shown(name, text)}: it takes ${takes}`);
        return value;
    };
    const jobId = read('job_id', 'the 32 letters and digits of the build task ID', parseJobId);
    const buildNo = read('build_no', `a whole number from 1 to ${MAX_BUILD_NO} in digits`, parseBuildNo);
    const token = read('token', 'an IAM user token: visible ASCII characters alone', parseToken);
    const region = read('region', 'a region name such as cn-north-4', parseRegion);
    const endpoint = read('endpoint', ENDPOINT_TAKES, parseEndpoint);
    const failUnlessSuccess = read('fail_unless_success', 'true or false', parseBoolean);
    const apiVersions = read('api_version', 'auto, v3, v1 or v4', parseApiVersion);
    const summary = read('summary', 'true or false', parseBoolean);
    const effectiveEndpoint = endpoint ?? endpointOf(region ?? regionOfEnvironment(environment, problems));
    if (problems.length > 0 || jobId === undefined || buildNo === undefined || token === undefined) {
        return { ok: false, problems, summary: summary ?? true };
    }
    return {
        ok: true,
        inputs: {
            jobId,
            buildNo,
            token,
            endpoint: effectiveEndpoint,
            failUnlessSuccess: failUnlessSuccess ?? true,
            apiVersions: apiVersions ?? API_VERSIONS.auto,
            summary: summary ?? true,
        },
    };
}
function inputNames() {
    return Object.keys(INPUTS);
}
/** The runner hands an input over as INPUT_<NAME> in upper case; an empty value is the same as none. */
function inputs_valueOf(environment, name) {
    const declaration = INPUTS[name];
    const given = (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim();
    return given === '' ? (declaration.default ?? '') : given;
}
/** A misspelt input would silently drop a check, so one that is nearly a declared one is refused. */
function misspeltInputs(environment) {
    const declared = inputNames();
    return Object.keys(environment)
        .filter(variable => variable.startsWith('INPUT_'))
        .map(variable => variable.slice('INPUT_'.length).toLowerCase())
        .filter(name => !declared.some(known => known === name))
        .flatMap(name => {
        const meant = declared.find(known => editDistance(known, name) <= 2);
        return meant === undefined ? [] : [`${quoted(name)} is not an input of this action: use ${meant}`];
    });
}
function regionOfEnvironment(environment, problems) {
    for (const variable of REGION_VARIABLES) {
        const region = (environment[variable] ?? '').trim();
        if (region === '')
            continue;
        if (isRegion(region))
            return region;
        problems.push(`region, from the variable ${variable}, is ${quoted(region)}: it takes a region name such as cn-north-4`);
        break;
    }
    return DEFAULT_REGION;
}
function parseJobId(text) {
    return /^[0-9A-Za-z]{32}$/.test(text) ? text : undefined;
}
function parseBuildNo(text) {
    const buildNo = /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
    return buildNo >= 1 && buildNo <= MAX_BUILD_NO ? buildNo : undefined;
}
function parseToken(text) {
    return /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}
function parseRegion(text) {
    return isRegion(text) ? text : undefined;
}
/** The toolkit's rule for booleans (`getBooleanInput`): YAML 1.2's spellings and no others. */
function parseBoolean(text) {
    if (['true', 'True', 'TRUE'].includes(text))
        return true;
    return ['false', 'False', 'FALSE'].includes(text) ? false : undefined;
}
/** v3 is asked first, as this gate's users know it; v1 is the current one, v4 an older one (API reference, section 2). */
const API_VERSIONS = {
    auto: ['v3', 'v1', 'v4'],
    v3: ['v3'],
    v1: ['v1'],
    v4: ['v4'],
};
function parseApiVersion(text) {
    return Object.hasOwn(API_VERSIONS, text) ? API_VERSIONS[text] : undefined;
}
const ENDPOINT_TAKES = 'an https:// URL without user, password, query or fragment (http:// for localhost, 127.0.0.0/8 and [::1] alone)';
function parseEndpoint(text) {
    // The URL parser drops line ends and tabs inside a URL and turns `\` into `/`: nothing that it would mend is taken.
    if (!/^https?:\/\/[^/\s\\?#@][^\s\\?#@]*$/i.test(text) || !URL.canParse(text))
        return undefined;
    const url = new URL(text);
    if (url.protocol === 'http:' && !isLoopback(url.hostname))
        return undefined;
    url.pathname = url.pathname.replace(/\/+$/, '');
    return url;
}
/** The URL parser has already brought every spelling of an IPv4 address to four decimal numbers. */
function isLoopback(hostname) {
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(hostname);
}
function shown(name, text) {
    if ('secret' in INPUTS[name])
        return `not fit for a header (it has ${oddCharacter(text)})`;
    // What a URL carries besides its host may be a password or a key.
    if (name === 'endpoint' && /[@?#]/.test(text))
        return 'a URL with user, password, query or fragment';
    return quoted(text);
}
function oddCharacter(secret) {
    if (/[\r\n]/.test(secret))
        return 'a line end';
    if (/\s/.test(secret))
        return 'a blank';
    return 'a character outside of visible ASCII';
}
function quoted(text) {
    return `"${(0,report_text/* shorten */.ml)(text, MAX_SHOWN_CHARACTERS)}"`;
}


/***/ }),

/***/ 424:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  L: () => (/* binding */ createReport)
});

// NAMESPACE OBJECT: ./node_modules/@actions/core/lib/platform.js
var platform_namespaceObject = {};
__nccwpck_require__.r(platform_namespaceObject);
__nccwpck_require__.d(platform_namespaceObject, {
  arch: () => (arch),
  getDetails: () => (getDetails),
  isLinux: () => (isLinux),
  isMacOS: () => (isMacOS),
  isWindows: () => (isWindows),
  platform: () => (platform)
});

// NAMESPACE OBJECT: ./node_modules/@actions/core/lib/core.js
var core_namespaceObject = {};
__nccwpck_require__.r(core_namespaceObject);
__nccwpck_require__.d(core_namespaceObject, {
  ExitCode: () => (ExitCode),
  addPath: () => (addPath),
  debug: () => (debug),
  endGroup: () => (endGroup),
  error: () => (error),
  exportVariable: () => (exportVariable),
  getBooleanInput: () => (getBooleanInput),
  getIDToken: () => (getIDToken),
  getInput: () => (getInput),
  getMultilineInput: () => (getMultilineInput),
  getState: () => (getState),
  group: () => (group),
  info: () => (info),
  isDebug: () => (isDebug),
  markdownSummary: () => (markdownSummary),
  notice: () => (notice),
  platform: () => (platform_namespaceObject),
  saveState: () => (saveState),
  setCommandEcho: () => (setCommandEcho),
  setFailed: () => (setFailed),
  setOutput: () => (setOutput),
  setSecret: () => (setSecret),
  startGroup: () => (startGroup),
  summary: () => (summary),
  toPlatformPath: () => (toPlatformPath),
  toPosixPath: () => (toPosixPath),
  toWin32Path: () => (toWin32Path),
  warning: () => (warning)
});

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./lib/src/secrets.js
/**
 * A runner masks whole secrets, line by line, so one that an echo has escaped, wrapped or cut gets past it. Pieces
 * are therefore redacted too: 8 characters are short enough to leave nothing of use, and long enough that ordinary
 * text does not contain them by chance.
 */
const PIECE_LENGTH = 8;
const REDACTED = '***';
/** How an echo may have altered a secret where its signs stand so close that no piece of it stays as it was. */
const SPELLINGS = [
    secret => secret,
    secret => encodeURIComponent(secret.toWellFormed()),
    secret => new URLSearchParams([['', secret]]).toString().slice(1),
    secret => secret.replace(/[&<>"']/g, sign => HTML_ESCAPES[sign] ?? sign),
    secret => inJson(secret),
    secret => inJson(inJson(secret)),
    secret => inJson(secret).replaceAll('/', '\\/'),
    secret => inJson(secret).replace(/[<>&']/g, sign => `\\u00${sign.charCodeAt(0).toString(16)}`),
];
const HTML_ESCAPES = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
};
function inJson(text) {
    return JSON.stringify(text).slice(1, -1);
}
/** Letters of either case are the same; the length of the text stays. */
function folded(text) {
    return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}
/**
 * @returns an empty collection of secrets.
 * @param mask called with each line of each secret, before `add` returns: tells the runner to mask it.
 */
function createSecrets(mask) {
    const pieces = new Set();
    const short = new Set();
    return {
        add(secret) {
            for (const line of secret.split(/[\r\n]+/)) {
                if (line === '')
                    continue;
                mask(line);
                if (line.length < PIECE_LENGTH)
                    short.add(line);
                for (const spelling of SPELLINGS.map(spell => folded(spell(line)))) {
                    for (let at = 0; at + PIECE_LENGTH <= spelling.length; at++)
                        pieces.add(spelling.slice(at, at + PIECE_LENGTH));
                }
            }
        },
        redact(text) {
            let redacted = pieces.size === 0 ? text : withoutPieces(text, pieces);
            for (const secret of short)
                redacted = redacted.replaceAll(secret, REDACTED);
            return redacted;
        },
    };
}
function withoutPieces(text, pieces) {
    const view = folded(text);
    let kept = '';
    let keptUntil = 0;
    for (let at = 0; at + PIECE_LENGTH <= text.length; at++) {
        if (!pieces.has(view.slice(at, at + PIECE_LENGTH)))
            continue;
        let end = at + PIECE_LENGTH;
        while (end < text.length && pieces.has(view.slice(end - PIECE_LENGTH + 1, end + 1)))
            end++;
        kept += text.slice(keptUntil, at) + REDACTED;
        keptUntil = end;
        at = end - 1;
    }
    return kept + text.slice(keptUntil);
}

// EXTERNAL MODULE: ./lib/src/thrown.js
var thrown = __nccwpck_require__(866);
;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function issue(name, message = '') {
    issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js + 1 modules
var lib = __nccwpck_require__(782);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new lib/* HttpClient */.Qq('actions/oidc-client', [new BearerCredentialHandler(OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = _summary;
const summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, external_path_namespaceObject.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: ./tools/no-exec/index.js
// Stands in for @actions/exec, which the toolkit's core imports for one function, `platform.getDetails`, that nothing
// here calls: a gate starts no programs, and loading what could start them is a tenth of its time to start.
function getExecOutput() {
  throw new Error('@actions/exec is left out of this bundle (tools/no-exec): core.platform.getDetails cannot be used')
}

;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${external_path_namespaceObject.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    issueCommand('set-output', { name }, toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
// EXTERNAL MODULE: ./lib/src/report/text.js
var report_text = __nccwpck_require__(358);
;// CONCATENATED MODULE: ./lib/src/report/annotation.js


/** The runner keeps 4,096 characters of an annotation; a margin stays for what it escapes. */
const MAX_ANNOTATION_CHARACTERS = 3_500;
const MAX_LINE_CHARACTERS = 10_000;
/**
 * @param isRunner whether a runner reads the log (`GITHUB_ACTIONS` is `true`). Elsewhere no workflow command is
 * written: nobody would obey a mask, and the secret would stand in the log.
 * @param isDebug whether debug lines are wanted where there is no runner to hide them.
 * @param redact takes secrets out of every line.
 */
function createAnnotations(options) {
    const { isRunner, isDebug } = options;
    const safe = (text, maxCharacters) => (0,report_text/* shorten */.ml)((0,report_text/* logLine */.BP)(options.redact(text)), maxCharacters);
    const line = (text) => safe(text, MAX_LINE_CHARACTERS);
    const annotate = (level, title, sentence) => {
        const text = safe(sentence, MAX_ANNOTATION_CHARACTERS);
        if (isRunner)
            core_namespaceObject[level](text, { title: line(title) });
        else
            info(`${level === 'error' ? 'Error' : 'Warning'}: ${line(title)}: ${text}`);
    };
    return {
        info: text => {
            info(line(text));
        },
        debug: text => {
            if (isRunner)
                debug(line(text));
            else if (isDebug)
                info(`Debug: ${line(text)}`);
        },
        error: (title, sentence) => {
            annotate('error', title, sentence);
        },
        warning: (title, sentence) => {
            annotate('warning', title, sentence);
        },
        mask: text => {
            if (isRunner)
                setSecret(text);
        },
    };
}

// EXTERNAL MODULE: ./lib/src/codearts/record.js
var codearts_record = __nccwpck_require__(119);
;// CONCATENATED MODULE: ./lib/src/report/outputs.js


const FIELD_NAMES = Object.keys(codearts_record/* RECORD_FIELDS */.I);
/** Every output, as action.yml declares them; a test holds the two together. */
const OUTPUT_NAMES = [
    ...FIELD_NAMES,
    'record',
    'success',
    'reason',
    'duration_seconds',
];
/**
 * @param isThere whether the runner gave a file for outputs (`GITHUB_OUTPUT`). Without one there are no outputs; the
 * toolkit would print them as commands.
 * @returns outputs whose methods throw when the file cannot be written.
 */
function createOutputs(isThere) {
    const set = (name, value) => {
        // Half a surrogate pair has no UTF-8; it is written as U+FFFD.
        if (isThere)
            setOutput(name, value.toWellFormed());
    };
    return {
        setRecord(record) {
            for (const name of FIELD_NAMES)
                set(name, record.fields[name]);
            set('record', JSON.stringify(record.whole));
            set('duration_seconds', secondsOf(record.fields.duration));
        },
        setReason(reason) {
            set('reason', reason);
        },
        setSuccess(success) {
            set('success', String(success));
        },
    };
}
/**
 * @param durationMs digits, as the service gives a duration: milliseconds (its published example says 100068 of a build
 * that took 100 s). Empty when it gives none.
 * @returns the duration in seconds as a decimal number without an exponent, to the microsecond; empty for none.
 */
function secondsOf(durationMs) {
    if (durationMs === '')
        return '';
    const seconds = Number(durationMs) / 1_000;
    return Math.abs(seconds) < 1e15 ? seconds.toFixed(6).replace(/\.?0+$/, '') : '';
}

;// CONCATENATED MODULE: ./lib/src/report/summary.js



/** 33 fields of this length stay far below the 1 MiB over which the runner drops a summary. */
const MAX_VALUE_CHARACTERS = 500;
const MAX_SENTENCE_CHARACTERS = 4_000;
/**
 * @returns the job summary as Markdown. Remote text stands in blocks of HTML alone, as escaped content of `<code>`:
 * there neither Markdown nor GitHub's mentions, references and autolinks reach it.
 */
function renderSummary({ success, reason, sentence, record, warnings }) {
    const notes = [sentence, ...warnings].map(note => `<p><code>${inert(note, MAX_SENTENCE_CHARACTERS)}</code></p>`);
    const blocks = [`## ${success ? '✅' : '❌'} CodeArts Build Gate: ${reason}`, notes.join('\n')];
    if (record !== undefined) {
        const rows = Object.keys(codearts_record/* RECORD_FIELDS */.I)
            .map(name => [name, record.fields[name]])
            .filter(([, value]) => value !== '')
            .map(([name, value]) => row(name, name === 'duration' ? `${secondsOf(value)} s` : value));
        blocks.push(`<table>\n<tr><th>Field</th><th>Value</th></tr>\n${rows.join('\n')}\n</table>`);
    }
    return `${blocks.join('\n\n')}\n`;
}
function row(name, value) {
    return `<tr><td>${name}</td><td><code>${inert(value, MAX_VALUE_CHARACTERS)}</code></td></tr>`;
}
function inert(text, maxCharacters) {
    return (0,report_text/* html */.qy)((0,report_text/* shorten */.ml)(text, maxCharacters));
}

;// CONCATENATED MODULE: ./lib/src/report/report.js






const TITLE = 'CodeArts Build Gate';
function createReport(environment) {
    const secrets = createSecrets(line => {
        annotations.mask(line);
    });
    const annotations = createAnnotations({
        isRunner: environment['GITHUB_ACTIONS'] === 'true',
        isDebug: environment['RUNNER_DEBUG'] === '1',
        redact: text => secrets.redact(text),
    });
    const outputs = createOutputs(isGiven(environment['GITHUB_OUTPUT']));
    let isSaid = false;
    return {
        log: annotations,
        secrets,
        mask: text => {
            annotations.mask(text);
        },
        record(record) {
            outputs.setSuccess(false);
            outputs.setRecord(record);
        },
        end(ending, { summary, softly }) {
            outputs.setSuccess(false);
            outputs.setReason(ending.reason);
            if (summary)
                writeSummary(environment['GITHUB_STEP_SUMMARY'], withoutSecrets(ending, secrets), annotations);
            for (const warning of ending.warnings)
                annotations.warning(TITLE, warning);
            if (ending.success)
                annotations.info(ending.sentence);
            else if (softly)
                annotations.warning(`${TITLE}: ${ending.reason}`, `${ending.sentence}; the step passes all the same`);
            else
                annotations.error(`${TITLE}: ${ending.reason}`, ending.sentence);
            isSaid = true;
        },
        succeed() {
            // Until it is written, all that was said is not so.
            isSaid = false;
            outputs.setSuccess(true);
            isSaid = true;
        },
        lastWords(what, error) {
            if (isSaid)
                return;
            isSaid = true;
            annotations.error(`${TITLE}: internal_error`, `The gate ended in a way that nobody planned: ${what}; please report it, with the log of a run with debug logging`);
            for (const line of (0,thrown/* stackOf */.US)(error).split('\n'))
                annotations.debug(line);
            try {
                outputs.setSuccess(false);
                outputs.setReason('internal_error');
            }
            catch (failure) {
                annotations.debug(`The outputs could not be written: ${(0,thrown/* messageOf */.bD)(failure)}`);
            }
        },
    };
}
function withoutSecrets(ending, secrets) {
    const redact = (text) => secrets.redact(text);
    return { ...ending, sentence: redact(ending.sentence), warnings: ending.warnings.map(redact) };
}
/** A summary that cannot be written is no reason to stop a deployment. */
function writeSummary(file, ending, annotations) {
    if (!isGiven(file))
        return;
    try {
        (0,external_node_fs_namespaceObject.appendFileSync)(file, renderSummary(ending).toWellFormed());
    }
    catch (error) {
        annotations.warning(TITLE, `The job summary could not be written: ${(0,thrown/* messageOf */.bD)(error)}`);
    }
}
function isGiven(path) {
    return path !== undefined && path !== '';
}


/***/ }),

/***/ 358:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BP: () => (/* binding */ logLine),
/* harmony export */   ml: () => (/* binding */ shorten),
/* harmony export */   qy: () => (/* binding */ html)
/* harmony export */ });
/* unused harmony export visible */
/**
 * Characters that are not shown but act, or hide: controls (Cc), format characters (Cf: bidirectional overrides,
 * zero-width marks, tags), line and paragraph separators, halves of a surrogate pair, and all else that Unicode has
 * readers ignore (DI), assigned or not. The two joiners U+200C and U+200D and the variation selectors U+FE00 to U+FE0F
 * stay: Persian words and emoji need them, and they move nothing.
 */
const ACTING = /(?![\u200c\u200d\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;
const SHORT_ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** @returns the text with every control, format and bidirectional character shown as an escape: one visible line. */
function visible(text) {
    return text.replace(ACTING, character => {
        const codePoint = character.codePointAt(0) ?? 0;
        const hex = codePoint.toString(16);
        return SHORT_ESCAPES[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`);
    });
}
/**
 * @returns one line for the log that no runner takes for a command. `::name::` counts at the start of a line, after any
 * blanks; `##[name]` counts anywhere in it (source: ActionCommand.TryParseV2 and TryParse of actions/runner).
 */
function logLine(text) {
    return visible(text)
        .replaceAll('##[', '##\\[')
        .replace(/^(\s*)::/u, '$1\\::');
}
/**
 * @returns the text, cut after `maxCharacters` code units (never inside a surrogate pair) with a note of its whole
 * length.
 */
function shorten(text, maxCharacters) {
    if (text.length <= maxCharacters)
        return text;
    const kept = text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/u, '');
    return `${kept}… (${text.length} characters in all)`;
}
/**
 * @returns the text as inert content of an HTML element: nothing in it is markup. Inside a block of HTML without
 * empty lines GitHub's Markdown parses nothing either; `visible` leaves no line end that could make such a line.
 */
function html(text) {
    return visible(text).replace(/[&<>"'`]/gu, character => `&#${String(character.codePointAt(0))};`);
}


/***/ }),

/***/ 616:
/***/ (() => {

// The first instruction of the process, before any other module is evaluated: from here on every end that nobody
// planned is red. One line of index.ts, and no other, takes it back.
process.exitCode = 1;



/***/ }),

/***/ 866:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $N: () => (/* binding */ codeOf),
/* harmony export */   US: () => (/* binding */ stackOf),
/* harmony export */   bD: () => (/* binding */ messageOf)
/* harmony export */ });
/** @returns the words of something that was thrown, which need not be an error. */
function messageOf(thrown) {
    return textOf(thrown, 'message') ?? String(thrown);
}
/** @returns the code that Node gives its errors (`ECONNREFUSED`), or the empty string. */
function codeOf(thrown) {
    return textOf(thrown, 'code') ?? '';
}
/** @returns the stack of an error, or the empty string. */
function stackOf(thrown) {
    return textOf(thrown, 'stack') ?? '';
}
// By shape, not by `instanceof`: an error of another realm (a worker, a test's own) is an error too.
function textOf(thrown, name) {
    if (typeof thrown !== 'object' || thrown === null || !(name in thrown))
        return undefined;
    const value = thrown[name];
    return typeof value === 'string' ? value : undefined;
}


/***/ }),

/***/ 557:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ reportUnplannedEnds)
/* harmony export */ });
/* harmony import */ var _thrown_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(866);

/**
 * Gives words to every end that nobody planned, and keeps it red: an uncaught error, a rejection that nobody handles, a
 * promise that never settles (Node then runs out of work), a call of `process.exit` by whatever else.
 * @param isOver whether the run has ended as planned.
 */
function reportUnplannedEnds(report, isOver) {
    const die = (error) => {
        report.lastWords((0,_thrown_js__WEBPACK_IMPORTED_MODULE_0__/* .messageOf */ .bD)(error), error);
        process.exit(1);
    };
    process.on('uncaughtException', die);
    process.on('unhandledRejection', die);
    process.on('exit', () => {
        if (isOver())
            return;
        report.lastWords('the process ended before the gate had a verdict');
        process.exitCode = 1;
    });
}


/***/ }),

/***/ 98:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  _: () => (/* binding */ USER_AGENT)
});

;// CONCATENATED MODULE: ./lib/package.json
const package_namespaceObject = {"rE":"0.1.0"};
;// CONCATENATED MODULE: ./lib/src/user-agent.js

/** How the gate names itself to the service: its version and nothing of the runner. */
const USER_AGENT = `codearts-build-gate/${package_namespaceObject.rE}`;


/***/ }),

/***/ 782:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Qq: () => (/* binding */ HttpClient)
});

// UNUSED EXPORTS: Headers, HttpClientError, HttpClientResponse, HttpCodes, MediaTypes, getProxyUrl, isHttps

// EXTERNAL MODULE: external "http"
var external_http_ = __nccwpck_require__(611);
var external_http_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_http_, 2);
// EXTERNAL MODULE: external "https"
var external_https_ = __nccwpck_require__(692);
var external_https_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_https_, 2);
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/proxy.js
var proxy = __nccwpck_require__(783);
// EXTERNAL MODULE: ./node_modules/tunnel/index.js
var tunnel = __nccwpck_require__(770);
;// CONCATENATED MODULE: ./tools/no-undici/index.js
// Stands in for undici, which the toolkit's HTTP client imports for one function, `getAgentDispatcher`, that nothing
// here calls: the real one would be nine tenths of dist/ and half of its time to start.
class ProxyAgent {
  constructor() {
    throw new Error(
      'undici is left out of this bundle (tools/no-undici): HttpClient.getAgentDispatcher cannot be used',
    )
  }
}

;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = proxy/* getProxyUrl */.s(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = proxy/* getProxyUrl */.s(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map

/***/ }),

/***/ 783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ checkBypass),
/* harmony export */   s: () => (/* binding */ getProxyUrl)
/* harmony export */ });
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(210);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
