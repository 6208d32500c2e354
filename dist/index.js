/******/ var __webpack_modules__ = ({

/***/ 210:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _start_red_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(616);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(639);


const passes = await (0,_run_js__WEBPACK_IMPORTED_MODULE_1__/* .run */ .e)({ ...process.env });
if (passes)
    process.exitCode = 0;
process.exit();

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 639:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

;// CONCATENATED MODULE: ./lib/src/http/retry.js
const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 1_000;
const JITTER = 0.5;
const LONGEST_OUTLASTING_MS = 15_000;
const MAX_RETRY_AFTER_MS = 60_000;
async function withTries(attempt, refusalOf, tools) {
    for (let tries = 1;; tries++) {
        const result = await attempt();
        const refusal = refusalOf(result);
        if (refusal?.again.again !== true)
            return { result, tries };
        const { problem, again } = refusal;
        const isOutlasted = tools.isOutlasted?.(problem) === true;
        if (tries >= tools.maxTries && !isOutlasted)
            return { result, tries };
        if ((again.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS)
            return { result, tries };
        const pauseMs = pauseAfter(tries, again, tools.random(), isOutlasted ? LONGEST_OUTLASTING_MS : undefined);
        tools.onRetry(problem, tries, pauseMs);
        await tools.sleep(pauseMs, tools.signal);
        if (tools.signal.aborted)
            return { result, tries };
    }
}
function afterTries(problem, tries) {
    return tries === 1 ? problem : { ...problem, cameBack: `${problem.cameBack}, the last of ${tries} tries` };
}
function pauseAfter(tries, { retryAfterMs = 0 }, random, longestMs = Number.POSITIVE_INFINITY) {
    const growingMs = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (tries - 1) * (1 + JITTER * random));
    return Math.round(Math.max(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), growingMs));
}
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

;// CONCATENATED MODULE: ./lib/src/ansi.js
const SGR = /(\u001b\[[0-9;:]*m)/;
function splitAtSgr(line) {
    return line.split(SGR);
}
function withoutSgr(line) {
    return splitAtSgr(line)
        .filter((_, place) => place % 2 === 0)
        .join('');
}
const COLOUR = '[39][0-7]|39|4[0-79]|10[0-7]|[34]8;5;[0-9]{1,3}|[34]8;2(?:;[0-9]{1,3}){3}';
const HARMLESS_CODE = `(?:0{0,2}|0?[134]|2[234]|${COLOUR})`;
const HARMLESS_SGR = new RegExp(`^\\u001b\\[${HARMLESS_CODE}(?:;${HARMLESS_CODE})*m$`);
function isHarmlessSgr(sequence) {
    return HARMLESS_SGR.test(sequence);
}

;// CONCATENATED MODULE: ./lib/src/report/text.js

const ACTING = /(?![\u200c\u200d\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;
const PLAIN = /^[ -~]*$/;
const SHORT_ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
function visible(text) {
    if (PLAIN.test(text))
        return text;
    return text.replace(ACTING, character => {
        const codePoint = character.codePointAt(0) ?? 0;
        const hex = codePoint.toString(16);
        return SHORT_ESCAPES[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`);
    });
}
function logLine(text) {
    return visible(text)
        .replaceAll('##[', '##\\[')
        .replace(/^(\s*)::/u, '$1\\::');
}
function colouredLogLine(text) {
    const parts = splitAtSgr(text);
    const isColoured = parts.some((part, place) => place % 2 === 1 && isHarmlessSgr(part));
    const line = parts
        .map((part, place) => (place % 2 === 1 && isHarmlessSgr(part) ? part : visibleExceptTabs(part)))
        .join('')
        .replaceAll('##[', '##\\[')
        .replace(/^((?:\s|\u001b\[[0-9;]*m)*)::/u, '$1\\::');
    return isColoured ? `${line}\u001b[0m` : line;
}
function shorten(text, maxCharacters, length = text.length) {
    if (text.length <= maxCharacters)
        return text;
    const kept = text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/u, '');
    return `${kept}\u2026 (${length} characters in all)`;
}
function html(text) {
    return withReferences(visible(text));
}
function htmlLogLine(text) {
    const line = withReferences(visibleExceptTabs(withoutSgr(text)));
    return /^[ \t]*$/.test(line) ? `${line}&#32;` : line;
}
function withReferences(text) {
    return text.replace(/[&<>"'`]/gu, character => `&#${String(character.codePointAt(0))};`);
}
function visibleExceptTabs(text) {
    return text.split('\t').map(visible).join('\t');
}

;// CONCATENATED MODULE: ./lib/src/codearts/errors.js
const CHECK_IDS = 'check job_id (the 32 characters at the end of the build task page\u2019s address) and build_no';
const CHECK_PLACE = 'check region and endpoint: this API is not published there, or not any more';
const LATER = 'the service is in trouble: run the step again later, or see its status page';
const NEW_TOKEN = 'IAM user tokens live 24 hours and are valid in the region that issued them alone: get a new one for this region with the project as its scope, or use what lasts: oidc_provider_urn and oidc_agency_urn, or access_key and secret_key';
const MEMBERSHIP = 'make the user a member of the CodeArts project that owns the build task, with a role that may view it';
const SLOWER = 'fewer jobs should ask at once: run the step again in a minute';
const REPORT = 'if it stays, report it to the service with the request id';
const TRUST = 'check the trust policy of the agency and the client IDs of the OIDC provider';
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
const STS_CODES = {
    'STS5.1001': byStatus('no policy allows the exchange', TRUST),
    'STS5.2001': byStatus('the token is not one of the provider\u2019s, or for another audience', TRUST),
};
const GATEWAY_CODES = {
    'APIGW.0101': notFound('the API does not exist, or is not published there', CHECK_PLACE),
    'APIGW.0103': byStatus('the backend of the API does not exist', LATER),
    'APIGW.0104': byStatus('the plug-ins of the API are not configured', LATER),
    'APIGW.0105': byStatus('the backend of the API is not configured', LATER),
    'APIGW.0106': byStatus('the orchestration of the API failed', LATER),
    'APIGW.0201': byStatus('the gateway could not handle the request, or its backend is not available', LATER),
    'APIGW.0301': byStatus('the credentials were refused', NEW_TOKEN),
    'APIGW.0302': byStatus('the user is not allowed to call the API', MEMBERSHIP),
    'APIGW.0303': byStatus('the app\u2019s credentials were refused', NEW_TOKEN),
    'APIGW.0307': byStatus('the token must be renewed, or is for another region', NEW_TOKEN),
    'APIGW.0308': throttled('the throttling threshold of the gateway has been reached'),
};
const KNOWN_CODES = {
    ...BUILD_CODES,
    ...OBSERVED_CODES,
    ...GATEWAY_CODES,
    ...STS_CODES,
};
function meaningOf(code) {
    const name = code.replace(/^APIG\./, 'APIGW.');
    return Object.hasOwn(KNOWN_CODES, name) ? KNOWN_CODES[name] : undefined;
}
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
    stopped: 'run the step again',
    certificate: 'if the endpoint or a proxy has a certificate of your own authority, name that in NODE_EXTRA_CA_CERTS',
    proxy: 'check HTTPS_PROXY and NO_PROXY, and the user and password of the proxy',
    malformed: 'check endpoint and any proxy on the way: something other than the service may have answered',
};
function isPassingStatus(status) {
    return [408, 429, 500, 502, 503, 504].includes(status);
}

;// CONCATENATED MODULE: ./lib/src/codearts/json.js
const MAX_DEPTH = 64;
const MAX_VALUES = 100_000;
function parseJson(text) {
    try {
        const { isModest, repeatedKey } = scan(text);
        if (!isModest)
            return { ok: false, why: 'shape' };
        const value = JSON.parse(text);
        return { ok: true, value, ...(repeatedKey === undefined ? {} : { repeatedKey }) };
    }
    catch {
        return { ok: false, why: 'syntax' };
    }
}
function isJsonObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const ROWS = ['job_build_states', 'jobBuildStates'];
function placeWithin(parent, opens, key) {
    if (opens === '[')
        return parent === 'result' && ROWS.includes(key) ? 'rows' : 'elsewhere';
    if (parent === undefined)
        return 'envelope';
    if (parent === 'rows')
        return 'row';
    return parent === 'envelope' && key === 'result' ? 'result' : 'elsewhere';
}
function scan(text) {
    const open = [];
    const keysIn = {
        envelope: new Set(),
        result: new Set(),
        row: new Set(),
    };
    let [values, key] = [0, ''];
    let repeatedKey;
    for (let at = 0; at < text.length; at++) {
        const character = text[at];
        if (character === '"') {
            const start = at;
            at = endOfString(text, start);
            const keys = keysIn[open.at(-1) ?? 'elsewhere'];
            if (keys === undefined || !isKey(text, at))
                continue;
            key = unquoted(text.slice(start, at + 1));
            if (keys.has(key))
                repeatedKey ??= key;
            keys.add(key);
        }
        else if (character === ',')
            values++;
        else if (character === '}' || character === ']')
            open.pop();
        else if (character === '{' || character === '[') {
            const place = placeWithin(open.at(-1), character, key);
            keysIn[place]?.clear();
            open.push(place);
            values++;
        }
        if (open.length > MAX_DEPTH || values > MAX_VALUES)
            return { isModest: false, repeatedKey };
    }
    return { isModest: true, repeatedKey };
}
function isKey(text, end) {
    let at = end + 1;
    while (' \t\r\n'.includes(text[at] ?? '"'))
        at++;
    return text[at] === ':';
}
function unquoted(quoted) {
    return quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1);
}
function endOfString(text, start) {
    for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
        let backslashes = 0;
        while (text[end - 1 - backslashes] === '\\')
            backslashes++;
        if (backslashes % 2 === 0)
            return end;
    }
    return text.length;
}

;// CONCATENATED MODULE: ./lib/src/codearts/answer.js




const MAX_MESSAGE_CHARACTERS = 400;
const MAX_EXCERPT_CHARACTERS = 80;
function readAnswer(result, tools) {
    const reading = readJson(result, tools, { who: 'the service' });
    if (!reading.ok)
        return reading;
    const { value, answer } = reading;
    if (result.ok && result.status !== 200)
        return invalid(answer, 'only HTTP 200 carries a result');
    if (!isJsonObject(value))
        return invalid(answer, 'its JSON is not an object');
    const objection = objectionTo(value, tools);
    if (objection !== undefined)
        return invalid(answer, objection);
    return { ok: true, result: value['result'], answer, dateMs: dateMsOf(result, tools) };
}
function readSecretAnswer(result, tools, who) {
    const reading = readJson(result, tools, { who, isSecret: true });
    if (!reading.ok)
        return reading;
    return { ok: true, result: reading.value, answer: reading.answer, dateMs: dateMsOf(result, tools) };
}
function readJson(result, tools, { who, isSecret = false }) {
    if (!result.ok)
        return ofFault(result.fault, tools);
    const parsed = 'text' in result.body ? parseJson(result.body.text) : undefined;
    const named = namedError(parsed?.ok === true ? parsed.value : undefined);
    const answer = `${who} ${describe(result, named, tools)}`;
    const again = (isAgain) => isAgain ? { again: true, retryAfterMs: retryAfterMs(result.headers, tools.nowMs()) } : { again: false };
    const repeatedKey = parsed?.ok === true && !isSecret ? parsed.repeatedKey : undefined;
    if (repeatedKey !== undefined && reasonOfStatus(result.status) === undefined) {
        const shown = shorten(tools.redact(repeatedKey), MAX_EXCERPT_CHARACTERS);
        return invalid(answer, `its JSON has the key "${shown}" twice`);
    }
    const meaning = named === undefined ? undefined : meaningOf(named.code);
    const reason = meaning?.reason ?? reasonOfStatus(result.status) ?? (named === undefined ? undefined : 'service_error');
    if (reason !== undefined) {
        const hint = meaning?.hint ?? HINTS[reason === 'unreachable' ? 'proxy' : reason];
        const mayMend = meaning?.again === 'always' || (meaning?.reason !== 'not_found' && isPassingStatus(result.status));
        return problem(reason, answer, hint, again(mayMend));
    }
    if ('refused' in result.body)
        return invalid(answer, `its body cannot be read: ${result.body.refused}`);
    if (parsed?.ok === false && parsed.why === 'shape')
        return invalid(answer, 'its JSON is nested too deeply or has too many values');
    if (parsed?.ok !== true) {
        const shown = isSecret ? '' : `: ${excerpt(result.body.text, tools)}`;
        return invalid(answer, `its body is not JSON${shown}`, again(true));
    }
    return { ok: true, value: parsed.value, answer };
}
function invalid(answer, why, again = { again: false }) {
    return problem('invalid_response', `${answer}, but ${why}`, HINTS.invalid_response, again);
}
function dateMsOf(result, { nowMs }) {
    const dateMs = Date.parse(result.ok ? (result.headers.date ?? '') : '');
    return dateMs >= EARLIEST_DATE_MS && dateMs < LATEST_DATE_MS ? dateMs : nowMs();
}
const EARLIEST_DATE_MS = Date.UTC(2000, 0);
const LATEST_DATE_MS = Date.UTC(2100, 0);
function unusable(why, answer = 'the service answered HTTP 200') {
    return invalid(answer, why);
}
function ofFault(fault, { redact }) {
    const reason = fault.kind === 'malformed' ? 'invalid_response' : 'unreachable';
    return problem(reason, redact(fault.detail), HINTS[fault.kind], { again: fault.again });
}
function problem(reason, cameBack, hint, again) {
    return { ok: false, problem: { reason, cameBack: `${cameBack}${longPauseWords(again)}`, hint }, again };
}
function longPauseWords(again) {
    const pauseMs = again.again ? (again.retryAfterMs ?? 0) : 0;
    if (pauseMs <= MAX_RETRY_AFTER_MS)
        return '';
    return `, and asked for a pause of ${pauseMs / 1_000} s (at most ${MAX_RETRY_AFTER_MS / 1_000} s are waited)`;
}
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
function namedError(value) {
    if (typeof value === 'string') {
        const inner = parseJson(value);
        return inner.ok && typeof inner.value !== 'string' ? namedError(inner.value) : undefined;
    }
    if (!isJsonObject(value))
        return undefined;
    const inner = isJsonObject(value['error']) ? value['error'] : {};
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
function objectionTo(envelope, { redact }) {
    const says = (name) => `its envelope has the field ${name} as ${redact(JSON.stringify(envelope[name]))}`;
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
    if (Array.isArray(value))
        return value.length > 0;
    return !(isJsonObject(value) && Object.keys(value).length === 0);
}
function firstText(object, ...names) {
    for (const name of names) {
        const value = Object.hasOwn(object, name) ? object[name] : undefined;
        if (typeof value === 'number' || (typeof value === 'string' && value !== ''))
            return String(value);
    }
    return '';
}
function describe(answer, named, { redact }) {
    const { status, headers } = answer;
    const header = headers['x-request-id'];
    const requestId = [named?.requestId, typeof header === 'string' ? header : ''].find(id => id !== undefined && id !== '');
    const quoted = (text) => `"${shorten(redact(text), MAX_MESSAGE_CHARACTERS)}"`;
    const redirect = status >= 300 && status < 400
        ? `, a redirect to ${quoted(headers.location ?? '')} that is not followed`
        : '';
    const parts = [`answered HTTP ${status}${redirect}`];
    if (named !== undefined) {
        const meaning = meaningOf(named.code)?.meaning;
        const words = [
            redact(named.code),
            named.message === '' ? '' : quoted(named.message),
            meaning === undefined ? '' : `(${meaning})`,
        ];
        parts.push(`with ${words.filter(word => word !== '').join(' ') || 'an error without words'}`);
    }
    if (requestId !== undefined)
        parts.push(`(request id ${shorten(redact(requestId), MAX_EXCERPT_CHARACTERS)})`);
    return parts.join(' ');
}
function excerpt(body, { redact }) {
    if (body.trim() === '')
        return 'it is empty';
    return `it begins with "${shorten(redact(body.slice(0, MAX_MESSAGE_CHARACTERS)).trim(), MAX_EXCERPT_CHARACTERS)}"`;
}

;// CONCATENATED MODULE: ./lib/src/thrown.js
function messageOf(thrown) {
    return textOf(thrown, 'message') ?? String(thrown);
}
function codeOf(thrown) {
    return textOf(thrown, 'code') ?? '';
}
function stackOf(thrown) {
    return textOf(thrown, 'stack') ?? '';
}
function textOf(thrown, name) {
    if (typeof thrown !== 'object' || thrown === null || !(name in thrown))
        return undefined;
    const value = thrown[name];
    return typeof value === 'string' ? value : undefined;
}

;// CONCATENATED MODULE: ./lib/src/http/faults.js

const STOPPED = { kind: 'stopped', detail: 'the request was given up', again: false };
const CERTIFICATE_CODE = /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_|ERR_TLS_CERT_)/;
function faultOf(error, host) {
    const code = codeOf(error);
    const shownCode = code === '' ? messageOf(error) : code;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
        return { kind: 'no_host', detail: `the host name ${host} could not be resolved (${code})`, again: true };
    }
    if (CERTIFICATE_CODE.test(code)) {
        return {
            kind: 'certificate',
            detail: `the certificate of ${host} was refused (${code}: ${messageOf(error)})`,
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

;// CONCATENATED MODULE: ./lib/src/clock.js
const CLOCK = {
    nowMs: () => process.uptime() * 1_000,
    after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => {
            clearTimeout(timer);
        };
    },
};
function sleep(clock, ms, signal) {
    return new Promise(resolve => {
        if (signal.aborted) {
            resolve();
            return;
        }
        const end = () => {
            takeBack();
            signal.removeEventListener('abort', end);
            resolve();
        };
        const takeBack = clock.after(ms, end);
        signal.addEventListener('abort', end);
    });
}
async function unlessAborted(promise, signal) {
    if (signal.aborted)
        return undefined;
    let onAbort = () => undefined;
    const aborted = new Promise(resolve => {
        onAbort = () => {
            resolve(undefined);
        };
    });
    signal.addEventListener('abort', onAbort);
    try {
        return await Promise.race([promise, aborted]);
    }
    finally {
        signal.removeEventListener('abort', onAbort);
    }
}

;// CONCATENATED MODULE: ./lib/src/codearts/fields.js
const MAX_BUILD_NO = 2_147_483_647;
function eitherCase(object, name) {
    return Object.hasOwn(object, name) ? object[name] : object[camelCase(name)];
}
function camelCase(name) {
    return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
function buildNoOf(value) {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !/^[0-9]{1,10}$/.test(text))
        return undefined;
    const buildNo = Number(text);
    return buildNo >= 1 && buildNo <= MAX_BUILD_NO ? buildNo : undefined;
}

;// CONCATENATED MODULE: ./lib/src/codearts/list.js



const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;
const ZONES_MS = DAY_MS;
const RECENT_MS = 3 * DAY_MS;
const WHOLE_MS = 31 * DAY_MS - 2 * HOUR_MS;
const CHINA_MS = 8 * HOUR_MS;
const PAGE_SIZE = 100;
const MAX_ROWS = 10_000;
const MAX_PAGES = MAX_ROWS / PAGE_SIZE;
const MAX_READS = 3;
const GIVE_BUILD_NO = 'give build_no, or run the step again later';
class BuildList {
    #ask;
    #jobId;
    #nowMs;
    #aheadMs = 0;
    #endsNow = false;
    #hasAnswered = false;
    get hasAnswered() {
        return this.#hasAnswered;
    }
    constructor(ask, jobId, nowMs) {
        this.#ask = ask;
        this.#jobId = jobId;
        this.#nowMs = nowMs;
    }
    async read(window, asking) {
        for (let reads = 1;; reads++) {
            const read = await this.#readOnce(window, asking);
            if (!('gap' in read))
                return read;
            if (reads < MAX_READS)
                continue;
            const why = `its list of builds is not whole, read ${MAX_READS} times: ${read.gap}`;
            return { ...withHint(unusable(why)), again: { again: true } };
        }
    }
    async #readOnce(window, asking) {
        const first = await this.#readFirstPage(window, asking);
        let { reading } = first;
        let totals;
        const builds = new Map();
        for (let page = 0;; page++) {
            if (page > 0)
                reading = await this.#ask(pathOf(this.#jobId, page, first.bounds), asking);
            if (!reading.ok)
                return reading;
            const parsed = parsePage(reading.result);
            if ('why' in parsed)
                return withHint(unusable(parsed.why));
            totals ??= parsed.totals;
            if (!areSame(totals, parsed.totals))
                return { gap: `page 0 announces ${inWords(totals)} and page ${page} ${inWords(parsed.totals)}` };
            for (const build of parsed.builds)
                builds.set(build.buildNo, merged(build, builds.get(build.buildNo)));
            const isLast = isLastPage(page, parsed);
            if (isLast || parsed.builds.length === 0) {
                const gap = gapIn(totals, builds.size, isLast);
                return gap ?? { ok: true, value: [...builds.values()], dateMs: reading.dateMs };
            }
            if (page + 1 >= MAX_PAGES)
                return withHint(unusable(`its list of builds has more than ${MAX_PAGES} pages, the most that are read`));
        }
    }
    async #readFirstPage(window, asking) {
        let first = await this.#readPageZero(window, asking);
        if (isRefused(first.reading) && !this.#endsNow) {
            this.#endsNow = true;
            first = await this.#readPageZero(window, asking);
            this.#endsNow = first.reading.ok;
        }
        if (!first.reading.ok)
            return first;
        this.#hasAnswered = true;
        const aheadMs = first.reading.dateMs - this.#nowMs();
        const driftMs = aheadMs - this.#aheadMs;
        if (this.#endsNow ? driftMs <= 2 * SECOND_MS : Math.abs(driftMs) <= HOUR_MS)
            return first;
        this.#aheadMs = aheadMs;
        return this.#readPageZero(window, asking);
    }
    async #readPageZero(window, asking) {
        const nowMs = this.#nowMs() + this.#aheadMs;
        const endMs = nowMs + (this.#endsNow ? CHINA_MS : ZONES_MS);
        const startMs = window === 'recent' ? nowMs - RECENT_MS - ZONES_MS : endMs - WHOLE_MS;
        const bounds = { startMs, endMs };
        const outlastsThrottling = asking.outlastsThrottling === true && this.#hasAnswered;
        const reading = await this.#ask(pathOf(this.#jobId, 0, bounds), { ...asking, outlastsThrottling });
        return { reading, bounds };
    }
}
function isRefused(reading) {
    return !reading.ok && reading.problem.reason === 'service_error' && !reading.again.again;
}
function withHint({ problem, ...rest }) {
    return { ...rest, problem: { ...problem, hint: GIVE_BUILD_NO } };
}
function pathOf(jobId, page, { startMs, endMs }) {
    const query = [
        `start_time=${encodeURIComponent(wallClock(startMs))}`,
        `end_time=${encodeURIComponent(wallClock(endMs))}`,
        `page_index=${page}`,
        `page_size=${PAGE_SIZE}`,
    ];
    return `/v1/record/${jobId}/list?${query.join('&')}`;
}
function wallClock(ms) {
    return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
function isLastPage(page, { builds, totals }) {
    const pages = totals.pages ?? (totals.builds === undefined ? undefined : Math.ceil(totals.builds / PAGE_SIZE));
    return pages === undefined ? builds.length < PAGE_SIZE : page + 1 >= pages;
}
function gapIn(totals, count, isLast) {
    const { pages, builds } = totals;
    const neededPages = Math.ceil(count / PAGE_SIZE);
    const isWhole = isLast &&
        (builds === undefined || builds === count) &&
        (pages === undefined || pages >= neededPages) &&
        (builds !== undefined || pages === undefined || pages <= Math.max(1, neededPages));
    return isWhole ? undefined : { gap: `it announces ${inWords(totals)}, and ${count} different builds came` };
}
function areSame(one, other) {
    return one.pages === other.pages && one.builds === other.builds;
}
function inWords({ pages, builds }) {
    const words = [
        ...(builds === undefined ? [] : [`${builds} ${builds === 1 ? 'build' : 'builds'}`]),
        ...(pages === undefined ? [] : [`${pages} ${pages === 1 ? 'page' : 'pages'}`]),
    ];
    return words.length === 0 ? 'no total' : words.join(' on ');
}
function merged(row, earlier) {
    if (earlier === undefined)
        return row;
    const commit = earlier.commit === row.commit ? row.commit : '';
    return { buildNo: row.buildNo, commit, isOver: earlier.isOver && row.isOver };
}
function parsePage(result) {
    if (!isJsonObject(result))
        return { why: 'its result is not a list of builds' };
    const twofold = inBothCases(result, ['job_build_states', 'total_page', 'total_record']);
    if (twofold !== undefined)
        return { why: twofold };
    const rows = eitherCase(result, 'job_build_states') ?? undefined;
    const totals = { pages: totalOf(result, 'total_page'), builds: totalOf(result, 'total_record') };
    if (totals.pages === null || totals.builds === null)
        return { why: 'a total of its list is not a number' };
    if (rows === undefined && totals.pages === undefined && totals.builds === undefined)
        return { why: 'its result is not a list of builds' };
    if (rows !== undefined && !Array.isArray(rows))
        return { why: 'its job_build_states is not a list' };
    if ((totals.builds ?? 0) > MAX_ROWS || (totals.pages ?? 0) > MAX_PAGES) {
        const limit = `${MAX_ROWS} builds on ${MAX_PAGES} pages`;
        return { why: `its list announces ${inWords(totals)}, and at most ${limit} are read` };
    }
    const { length } = rows ?? [];
    if (length > PAGE_SIZE)
        return { why: `a page of its list has ${length} rows, and ${PAGE_SIZE} were asked for` };
    const builds = [];
    for (const row of (rows ?? [])) {
        const build = isJsonObject(row) ? parseRow(row) : { why: 'its list has a row that is no object' };
        if ('why' in build)
            return build;
        builds.push(build);
    }
    return { builds, totals: totals };
}
function totalOf(result, name) {
    const value = eitherCase(result, name);
    if (value === undefined || value === null || value === '')
        return undefined;
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}
function parseRow(row) {
    const twofold = inBothCases(row, ['commit_id', 'commit_info', 'job_running_status']);
    if (twofold !== undefined)
        return { why: twofold };
    const buildNo = buildNoOf(eitherCase(row, 'number'));
    if (buildNo === undefined)
        return { why: 'its list has a build without a number' };
    const word = (name) => {
        const value = eitherCase(row, name);
        return typeof value === 'string' ? value.toUpperCase() : '';
    };
    const isOver = word('job_running_status') === 'FINISHED' || FINAL_STATES.includes(word('state'));
    return { buildNo, commit: commitOf(row), isOver };
}
const FINAL_STATES = ['SUCCESS', 'FAILURE', 'ABORTED', 'TIMEOUT', 'SCHEDULE_FAILURE'];
const MAX_COMMIT_CHARACTERS = 100;
function commitOf(row) {
    const info = eitherCase(row, 'commit_info');
    const ids = [row, ...(isJsonObject(info) ? [info] : [])].flatMap(object => [
        object['commit_id'],
        object['commitId'],
    ]);
    const shown = new Set(ids.filter(id => id !== undefined && id !== null && id !== ''));
    const [commit] = shown;
    return shown.size === 1 && typeof commit === 'string' && commit.length <= MAX_COMMIT_CHARACTERS
        ? commit
        : '';
}
function inBothCases(object, names) {
    const twofold = names.find(name => {
        const camelName = camelCase(name);
        return (Object.hasOwn(object, name) && Object.hasOwn(object, camelName) && object[name] !== object[camelName]);
    });
    return twofold === undefined ? undefined : `its fields ${twofold} and ${camelCase(twofold)} differ`;
}

;// CONCATENATED MODULE: ./lib/src/codearts/record.js


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
function parseRecord(result) {
    if (!isJsonObject(result))
        return { ok: false, why: `its result is ${typeName(result)}, not a record` };
    const names = Object.keys(result);
    if (names.length === 0)
        return { ok: false, why: 'its record is empty' };
    const mayHaveCamelCase = names.some(name => name !== name.toLowerCase());
    const fields = {};
    for (const [name, kind] of Object.entries(RECORD_FIELDS)) {
        const camelName = mayHaveCamelCase ? camelCase(name) : name;
        const value = ownValue(result, name) ?? ownValue(result, camelName);
        if (Object.hasOwn(result, name) && Object.hasOwn(result, camelName) && result[name] !== result[camelName])
            return { ok: false, why: `its fields ${name} and ${camelName} differ` };
        const text = fieldText(value, kind);
        if (text === undefined)
            return { ok: false, why: `its field ${name} is ${typeName(value)}` };
        fields[name] = text;
    }
    return { ok: true, record: { fields: fields, whole: result } };
}
function ownValue(object, name) {
    return Object.hasOwn(object, name) ? object[name] : undefined;
}
function fieldText(value, kind) {
    if (value === null || value === undefined)
        return '';
    if (typeof value === 'string')
        return kind === 'text' || /^(-?[0-9]+(\.[0-9]+)?)?$/.test(value) ? value : undefined;
    return kind === 'number' && typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}
function typeName(value) {
    if (value === null)
        return 'null';
    if (value === undefined)
        return 'missing';
    return Array.isArray(value) ? 'an array' : `of the type ${typeof value}`;
}

;// CONCATENATED MODULE: ./lib/src/codearts/request.js
async function authorizedGet({ endpoint, credentials }, path, { signal, accept = 'application/json' }) {
    const url = new URL(endpoint.href.replace(/\/$/, '') + path);
    const request = { method: 'GET', url, headers: { Accept: accept } };
    const authorization = await credentials.authorize(request, signal);
    if (!authorization.ok)
        return authorization;
    return { ok: true, request: { ...request, headers: { ...request.headers, ...authorization.headers } } };
}

;// CONCATENATED MODULE: ./lib/src/codearts/running-status.js



async function readLastBuildNo(ask, jobId, asking) {
    const reading = await ask(`/v1/job/${jobId}/running-status`, asking);
    if (!reading.ok)
        return reading;
    if (!isJsonObject(reading.result))
        return unusable('its result is not the running status of a job');
    const last = eitherCase(reading.result, 'last_build_no');
    const isNone = last === undefined || last === null || last === '' || last === '0' || last === 0;
    const value = buildNoOf(last);
    if (value === undefined && !isNone)
        return unusable('its last_build_no is not the number of a build');
    return { ok: true, value, dateMs: reading.dateMs };
}

;// CONCATENATED MODULE: ./lib/src/codearts/client.js








const RECORD_PATHS = {
    v3: ({ jobId, buildNo }) => `/v3/jobs/${jobId}/${buildNo}/record-info`,
    v1: ({ jobId, buildNo }) => `/v1/record/${jobId}/${buildNo}/record-info`,
    v4: ({ jobId, buildNo }) => `/v4/jobs/${jobId}/${buildNo}/record-info`,
};
function createCodeArtsBuild(options) {
    const ask = (path, asking) => get(options, path, asking);
    let { apiVersions } = options;
    return {
        async readRecord(build, asking) {
            const refusals = [];
            for (const apiVersion of apiVersions) {
                const reading = await ask(RECORD_PATHS[apiVersion](build), asking);
                if (reading.ok) {
                    const look = lookAt(reading, apiVersion);
                    if (look.ok)
                        apiVersions = [apiVersion];
                    return look;
                }
                refusals.push({ ...reading, apiVersion });
                if (reading.problem.reason !== 'not_found')
                    break;
            }
            return together(refusals);
        },
        readLastBuildNo: (jobId, asking) => readLastBuildNo(ask, jobId, asking),
        buildList: jobId => new BuildList(ask, jobId, options.reading.nowMs),
    };
}
async function get(options, path, asking) {
    const { maxTries, signal, outlastsThrottling = false } = asking;
    const isOutlasted = ({ reason }) => outlastsThrottling && reason === 'throttled';
    const { result, tries } = await withTries(() => attempt(options, path, signal), reading => (reading.ok ? undefined : reading), { ...options.retry, onRetry: options.onRetry, maxTries, signal, isOutlasted });
    return result.ok ? result : { ...result, problem: afterTries(result.problem, tries) };
}
async function attempt(options, path, signal, isRenewed = false) {
    const { credentials, http, reading } = options;
    const authorized = await unlessAborted(authorizedGet(options, path, { signal }), signal);
    if (authorized === undefined)
        return readAnswer({ ok: false, fault: STOPPED }, reading);
    if (!authorized.ok)
        return { ...authorized, again: { again: false } };
    const answer = await http.send(authorized.request, signal);
    const read = readAnswer(answer, reading);
    if (read.ok || !answer.ok || (answer.status !== 401 && answer.status !== 403))
        return read;
    const { isRenewable, hint } = credentials.refused(answer);
    if (isRenewable && !isRenewed)
        return attempt(options, path, signal, true);
    const isAboutThem = read.problem.reason === 'unauthorized' || read.problem.reason === 'forbidden';
    return isAboutThem ? { ...read, problem: { ...read.problem, hint: hint ?? read.problem.hint } } : read;
}
function lookAt({ result, answer, dateMs }, apiVersion) {
    const parsed = parseRecord(result);
    return parsed.ok ? { ok: true, record: parsed.record, apiVersion, dateMs } : unusable(parsed.why, answer);
}
function together(refusals) {
    const last = refusals.at(-1);
    if (last === undefined)
        throw new Error('there is no version of the API to ask');
    if (refusals.length === 1)
        return last;
    const versions = new Map();
    for (const { apiVersion, problem } of refusals) {
        versions.set(problem.cameBack, [...(versions.get(problem.cameBack) ?? []), apiVersion]);
    }
    const said = [...versions].map(([cameBack, names]) => `${names.join(', ')}: ${cameBack}`);
    return { ok: false, problem: { ...last.problem, cameBack: said.join('; ') }, again: last.again };
}

;// CONCATENATED MODULE: ./lib/src/credentials/clock-skew.js
const SUSPICIOUS_SKEW_MS = 5 * 60_000;
function serviceTimeMs(headers) {
    const time = Date.parse(headers.date ?? '');
    return Number.isNaN(time) ? undefined : time;
}
function clockSkewHint(headers, nowMs) {
    const serviceMs = serviceTimeMs(headers);
    if (serviceMs === undefined || Math.abs(serviceMs - nowMs) < SUSPICIOUS_SKEW_MS)
        return undefined;
    const minutes = Math.round(Math.abs(serviceMs - nowMs) / 60_000);
    return (`set the clock of this machine: it says ${timeOf(nowMs)}, the service\u2019s says ${timeOf(serviceMs)}, ` +
        `${minutes} minutes ${serviceMs > nowMs ? 'later' : 'earlier'}, and a signature may be 15 minutes off at most`);
}
function timeOf(ms) {
    return new Date(ms).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = process.getBuiltinModule("node:crypto");
;// CONCATENATED MODULE: ./lib/src/credentials/signature.js

const ALGORITHM = 'SDK-HMAC-SHA256';
function sign(request, { accessKey, secretKey }, date) {
    const sdkDate = sdkDateOf(date);
    const headers = signedHeaders(request, sdkDate);
    const names = headers.map(([name]) => name).join(';');
    const canonicalRequest = [
        request.method,
        canonicalPath(request.url.pathname),
        canonicalQuery(request.url.search),
        headers.map(([name, value]) => `${name}:${value}\n`).join(''),
        names,
        sha256(request.body ?? ''),
    ].join('\n');
    const stringToSign = [ALGORITHM, sdkDate, sha256(canonicalRequest)].join('\n');
    const signature = (0,external_node_crypto_namespaceObject.createHmac)('sha256', secretKey).update(stringToSign).digest('hex');
    return {
        headers: {
            'X-Sdk-Date': sdkDate,
            Authorization: `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`,
        },
        signature,
    };
}
function sdkDateOf(date) {
    return date.toISOString().replace(/[-:]|\.[0-9]{3}/g, '');
}
function signedHeaders({ headers, url }, sdkDate) {
    const all = Object.entries({ ...headers, Host: url.host, 'X-Sdk-Date': sdkDate });
    return all
        .map(([name, value]) => [name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')])
        .sort(([one], [other]) => byCodePoint(one, other));
}
function canonicalPath(path) {
    const encoded = decoded(path).split('/').map(encode).join('/');
    return encoded.endsWith('/') ? encoded : `${encoded}/`;
}
function canonicalQuery(search) {
    const pairs = search
        .slice(1)
        .split('&')
        .filter(pair => pair !== '')
        .map(pair => {
        const [name = '', ...value] = pair.split('=');
        return [decoded(name), decoded(value.join('='))];
    });
    return pairs
        .sort((one, other) => byCodePoint(one[0], other[0]) || byCodePoint(one[1], other[1]))
        .map(([name, value]) => `${encode(name)}=${encode(value)}`)
        .join('&');
}
function decoded(text) {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}
function encode(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
function byCodePoint(one, other) {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
function sha256(text) {
    return (0,external_node_crypto_namespaceObject.createHash)('sha256').update(text).digest('hex');
}

;// CONCATENATED MODULE: ./lib/src/credentials/access-keys.js


function accessKeyCredentials(keys, source, tools) {
    return {
        authorize: request => Promise.resolve({ ok: true, headers: access_keys_signedHeaders(request, keys, tools) }),
        refused: answer => ({ isRenewable: false, hint: hintOf(answer, keys, source, tools.nowMs()) }),
    };
}
function access_keys_signedHeaders(request, keys, { nowMs, secrets }) {
    const own = {
        ...(keys.securityToken === undefined ? {} : { 'X-Security-Token': keys.securityToken }),
        ...(keys.projectId === undefined ? {} : { 'X-Project-Id': keys.projectId }),
    };
    const withOwn = { ...request, headers: { ...request.headers, ...own } };
    const { headers, signature } = sign(withOwn, keys, new Date(nowMs()));
    secrets.addPassing(signature);
    return { ...own, ...headers };
}
function hintOf({ status, headers }, { securityToken }, source, nowMs) {
    if (status !== 401)
        return undefined;
    const check = securityToken === undefined
        ? `check ${source}: both keys are of one pair, which is neither disabled nor deleted`
        : `check ${source}: the keys and the security token are of one set, which has not expired`;
    const lockout = 'this is not tried again, because six failures in a row lock an access key for five minutes';
    return [clockSkewHint(headers, nowMs), check, lockout].filter(clause => clause !== undefined).join('; ');
}

;// CONCATENATED MODULE: ./lib/src/http/secure-url.js
function isSecure({ protocol, hostname }) {
    return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
function isLoopback(hostname) {
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(hostname);
}

;// CONCATENATED MODULE: ./lib/src/credentials/oidc.js




const ASSUME_PATH = '/v5/agencies/assume-with-oidc';
const MAX_ID_TOKEN_CHARACTERS = 20_000;
const MAX_CLAIM_CHARACTERS = 300;
const ID_TOKEN_FAILED = 'the job\u2019s OIDC token could not be had';
const EXCHANGE_FAILED = 'the exchange of the job\u2019s OIDC token for temporary keys failed';
async function assumeAgency(agency, job, tools, patience) {
    const requested = await requestIdToken(agency.audience, job, tools, patience);
    if (!requested.ok)
        return requested;
    const { idToken } = requested;
    const url = new URL(agency.stsEndpoint.href.replace(/\/$/, '') + ASSUME_PATH);
    const request = {
        method: 'POST',
        url,
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
        body: JSON.stringify({
            provider_urn: agency.providerUrn,
            agency_urn: agency.agencyUrn,
            agency_session_name: job.sessionName,
            id_token: idToken,
        }),
    };
    const { result, reading } = await ask(request, 'the security token service (STS)', tools, patience);
    if (!reading.ok) {
        return failed(EXCHANGE_FAILED, result, reading.problem, {
            refused: trustHint(agency, idToken),
            unanswered: `${reading.problem.hint} (the endpoint here is sts_endpoint, ${url.host})`,
        });
    }
    const keys = temporaryKeysOf(reading.result, result.ok ? serviceTimeMs(result.headers) : undefined);
    if (keys === undefined) {
        const cameBack = `${EXCHANGE_FAILED}: the security token service (STS) gave no keys that can be used`;
        return {
            ok: false,
            problem: { reason: 'invalid_response', cameBack, hint: 'check sts_endpoint and region' },
        };
    }
    for (const secret of [keys.accessKey, keys.secretKey, keys.securityToken])
        tools.secrets.add(secret);
    return { ok: true, keys };
}
async function requestIdToken(audience, { idTokenUrl, idTokenBearer }, tools, patience) {
    if (idTokenUrl === '' || idTokenBearer === '')
        return { ok: false, problem: NOT_PERMITTED };
    const url = idTokenUrlOf(idTokenUrl, audience);
    if (url === undefined)
        return { ok: false, problem: UNFIT_URL };
    const request = {
        method: 'GET',
        url,
        headers: { Accept: 'application/json', Authorization: `Bearer ${idTokenBearer}` },
    };
    const { result, reading } = await ask(request, 'GitHub\u2019s OIDC provider', tools, patience);
    if (!reading.ok) {
        return failed(ID_TOKEN_FAILED, result, reading.problem, {
            refused: 'run the job again; if it stays, check its permissions (id-token: write)',
            unanswered: `${reading.problem.hint} (the endpoint here is GitHub\u2019s, ${url.host})`,
        });
    }
    const idToken = oidc_textOf(reading.result, 'value');
    if (idToken !== undefined)
        tools.secrets.add(idToken);
    if (idToken === undefined || !isJwt(idToken)) {
        const cameBack = `${ID_TOKEN_FAILED}: GitHub\u2019s OIDC provider gave none`;
        return { ok: false, problem: { reason: 'invalid_response', cameBack, hint: 'run the job again' } };
    }
    return { ok: true, idToken };
}
const NOT_PERMITTED = {
    reason: 'unauthorized',
    cameBack: `${ID_TOKEN_FAILED}: this job is not permitted to ask for one`,
    hint: 'add the line "id-token: write" under "permissions:" of the job (permissions: { id-token: write }); ' +
        'a run for a pull request from a fork never gets one',
};
const UNFIT_URL = {
    reason: 'invalid_response',
    cameBack: `${ID_TOKEN_FAILED}: the variable ACTIONS_ID_TOKEN_REQUEST_URL of the runner is not an https:// URL`,
    hint: 'check whether an earlier step has set that variable',
};
function idTokenUrlOf(text, audience) {
    const url = URL.parse(text);
    if (url === null || !isSecure(url) || url.username !== '' || url.password !== '')
        return undefined;
    if (audience !== undefined) {
        url.search += `${url.search === '' ? '?' : '&'}audience=${encodeURIComponent(audience)}`;
    }
    return url;
}
async function ask(request, who, tools, patience) {
    const { result: asked, tries } = await withTries(async () => {
        const result = await tools.http.send(request, patience.signal);
        return { result, reading: tools.read(result, who) };
    }, ({ reading }) => (reading.ok ? undefined : reading), { ...tools.retry, onRetry: tools.onRetry, ...patience });
    const { reading } = asked;
    return reading.ok
        ? asked
        : { ...asked, reading: { ...reading, problem: afterTries(reading.problem, tries) } };
}
function failed(what, result, problem, hints) {
    const cameBack = `${what}: ${problem.cameBack}`;
    const { reason } = problem;
    if (reason === 'unreachable' || reason === 'invalid_response') {
        return { ok: false, problem: { reason, cameBack, hint: hints.unanswered } };
    }
    if (reason === 'throttled')
        return { ok: false, problem: { reason, cameBack, hint: problem.hint } };
    const isRefused = result.ok && result.status >= 400 && result.status < 500 && result.status !== 408;
    return isRefused
        ? { ok: false, problem: { reason: 'unauthorized', cameBack, hint: hints.refused } }
        : { ok: false, problem: { reason: 'service_error', cameBack, hint: problem.hint } };
}
function trustHint({ providerUrn, agencyUrn }, idToken) {
    const claims = claimsOf(idToken);
    const claim = (name) => `${name} "${shorten(oidc_textOf(claims, name) ?? '(none)', MAX_CLAIM_CHARACTERS)}"`;
    return (`check the trust policy of ${agencyUrn}: it has to allow sts:agencies:assumeWithOIDC to ${providerUrn} ` +
        `for what this job\u2019s token says: ${claim('aud')} (oidc:aud, and a client ID of the provider), ` +
        `${claim('sub')} (oidc:sub) and ${claim('iss')} (oidc:iss)`);
}
function isJwt(text) {
    return text.length <= MAX_ID_TOKEN_CHARACTERS && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}
function claimsOf(jwt) {
    try {
        return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    }
    catch {
        return undefined;
    }
}
function temporaryKeysOf(value, issuedAtMs) {
    const credentials = fieldOf(value, 'credentials');
    const text = (name) => oidc_textOf(credentials, name) ?? '';
    const accessKey = text('access_key_id');
    const secretKey = text('secret_access_key');
    const securityToken = text('security_token');
    const expiresAtMs = Date.parse(text('expiration'));
    const areUsable = [accessKey, secretKey, securityToken].every(secret => /^[\x21-\x7e]+$/.test(secret));
    return areUsable && !Number.isNaN(expiresAtMs)
        ? { accessKey, secretKey, securityToken, expiresAtMs, issuedAtMs }
        : undefined;
}
function oidc_textOf(value, name) {
    const field = fieldOf(value, name);
    return typeof field === 'string' ? field : undefined;
}
function fieldOf(value, name) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
        return undefined;
    return value[name];
}

;// CONCATENATED MODULE: ./lib/src/credentials/keyless.js




const RENEWED_BEFORE_MS = 5 * 60_000;
function keylessCredentials({ agency, job, projectId, tools }) {
    let keys;
    let serviceAheadMs = 0;
    const setClock = (serviceMs) => {
        if (serviceMs !== undefined)
            serviceAheadMs = serviceMs - tools.nowMs();
    };
    const hasEnded = ({ expiresAtMs }, marginMs = 0) => tools.nowMs() + serviceAheadMs >= expiresAtMs - marginMs;
    const renew = async (signal) => {
        const maxTries = keys === undefined || hasEnded(keys) ? MAX_TRIES : 1;
        const exchange = await assumeAgency(agency, job, tools, { maxTries, signal });
        if (exchange.ok) {
            keys = exchange.keys;
            setClock(keys.issuedAtMs);
            const until = timeOf(keys.expiresAtMs);
            tools.log.info(`The job\u2019s OIDC token was exchanged for temporary keys of ${agency.agencyUrn}, good until ${until}`);
            return undefined;
        }
        const { problem } = exchange;
        return problem.reason !== 'unauthorized' && keys !== undefined && !hasEnded(keys) ? undefined : problem;
    };
    return {
        async authorize(request, signal) {
            const problem = keys === undefined || hasEnded(keys, RENEWED_BEFORE_MS) ? await renew(signal) : undefined;
            if (problem !== undefined)
                return { ok: false, problem };
            if (keys === undefined)
                throw new Error('an exchange without a problem gave no keys');
            return { ok: true, headers: access_keys_signedHeaders(request, { ...keys, projectId }, tools) };
        },
        refused(answer) {
            if (answer.status !== 401)
                return { isRenewable: false, hint: memberHint(agency) };
            setClock(serviceTimeMs(answer.headers));
            const isRenewable = keys !== undefined && hasEnded(keys);
            if (isRenewable)
                keys = undefined;
            return { isRenewable, hint: refusedHint(answer, tools.nowMs()) };
        },
    };
}
function refusedHint({ headers }, nowMs) {
    const check = 'check that the agency is of the account and the region of the build task';
    const notAgain = 'this is not tried again, because repeated failures lock keys';
    return [clockSkewHint(headers, nowMs), check, notAgain].filter(clause => clause !== undefined).join('; ');
}
function memberHint({ agencyUrn }) {
    return (`give ${agencyUrn} a role in the CodeArts project that may view the build task; where CodeArts does not take an ` +
        'agency as a member, use access_key and secret_key of an IAM user who is one');
}

;// CONCATENATED MODULE: ./lib/src/credentials/token.js
function tokenCredentials(token) {
    return {
        authorize: () => Promise.resolve({ ok: true, headers: { 'X-Auth-Token': token } }),
        refused: () => ({ isRenewable: false }),
    };
}

;// CONCATENATED MODULE: ./lib/src/credentials/create.js



function createCredentials(choice, tools) {
    switch (choice.kind) {
        case 'token':
            return tokenCredentials(choice.token);
        case 'access_keys':
            return accessKeyCredentials(choice.keys, choice.source, tools);
        case 'keyless':
            return keylessCredentials({ ...choice, tools });
    }
}

;// CONCATENATED MODULE: ./lib/src/codearts/last-bytes.js
class LastBytes {
    #ring;
    #at = 0;
    #total = 0;
    constructor(capacity) {
        this.#ring = Buffer.allocUnsafe(capacity);
    }
    get total() {
        return this.#total;
    }
    get isCut() {
        return this.#total > this.#ring.length;
    }
    add(piece) {
        const { length } = this.#ring;
        this.#total += piece.length;
        const kept = piece.slice(-length);
        const written = this.#ring.write(kept, this.#at, 'latin1');
        this.#ring.write(kept.slice(written), 0, 'latin1');
        this.#at = (this.#at + kept.length) % length;
    }
    bytes() {
        if (!this.isCut)
            return this.#ring.subarray(0, this.#total);
        return Buffer.concat([this.#ring.subarray(this.#at), this.#ring.subarray(0, this.#at)]);
    }
}

;// CONCATENATED MODULE: external "node:buffer"
const external_node_buffer_namespaceObject = process.getBuiltinModule("node:buffer");
;// CONCATENATED MODULE: ./lib/src/codearts/log-lines.js

function lastLines(bytes, isCut, maxLines) {
    const lines = [];
    let end = bytes.at(-1) === LF ? bytes.length - 1 : bytes.length;
    if (bytes.length === 0)
        return lines;
    while (lines.length < maxLines) {
        const before = end === 0 ? -1 : bytes.lastIndexOf(LF, end - 1);
        const isFirst = before < 0;
        if (isFirst && isCut)
            break;
        lines.push(decode(bytes.subarray(before + 1, end)).replace(/\r$/, ''));
        if (isFirst)
            break;
        end = before;
    }
    return lines.reverse();
}
const LF = 0x0a;
const CHARACTER = /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g;
function decode(bytes) {
    if ((0,external_node_buffer_namespaceObject.isUtf8)(bytes))
        return bytes.toString('utf8');
    return bytes.toString('latin1').replace(CHARACTER, (character, other) => {
        if (other === undefined)
            return Buffer.from(character, 'latin1').toString('utf8');
        return `\\x${other.charCodeAt(0).toString(16)}`;
    });
}

;// CONCATENATED MODULE: ./lib/src/codearts/log.js






const MAX_LOG_BYTES = 512 * 1024 * 1024;
const TAIL_BYTES = 1024 * 1024;
const MAX_LINE_CHARACTERS = 1_000;
const MAX_SEARCHED_CHARACTERS = 20_000;
async function readLogTail(recordId, maxLines, tools) {
    const last = new LastBytes(TAIL_BYTES);
    const sink = {
        accepts: ({ status, headers }) => status === 200 && !isJson(headers),
        take: piece => {
            last.add(piece);
            return last.total <= MAX_LOG_BYTES;
        },
    };
    const authorized = await authorizedGet(tools, `/v1/log/${recordId}/download-log`, {
        signal: tools.signal,
        accept: '*/*',
    });
    if (!authorized.ok)
        return { ok: false, why: authorized.problem.cameBack };
    const result = await tools.http.receive(authorized.request, sink, tools.signal);
    if ('streamed' in result) {
        if (result.streamed === 'part')
            return { ok: false, why: `its end was not reached within ${size(MAX_LOG_BYTES)}` };
        const lines = lastLines(last.bytes(), last.isCut, maxLines);
        return {
            ok: true,
            tail: { lines: lines.map(line => clean(line, tools.reading.redact)), totalBytes: last.total },
        };
    }
    if (!result.ok && last.total > 0) {
        return {
            ok: false,
            why: `its end was not reached: ${result.fault.detail} after ${size(last.total)} of it`,
        };
    }
    const reading = readAnswer(result, tools.reading);
    return { ok: false, why: reading.ok ? 'the service answered with JSON instead' : reading.problem.cameBack };
}
function isJson(headers) {
    return /^\s*application\/([a-z.]+\+)?json\b/i.test(headers['content-type'] ?? '');
}
function clean(line, redact) {
    const searched = line.slice(0, MAX_SEARCHED_CHARACTERS);
    const plain = withoutSgr(searched);
    const redacted = redact(plain);
    return shorten(redacted === plain ? searched : redacted, MAX_LINE_CHARACTERS, line.length);
}
function size(bytes) {
    return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

;// CONCATENATED MODULE: ./lib/src/codearts/stage.js

function parseStages(result) {
    if (!isJsonObject(result))
        return undefined;
    const stages = result['build_stages'] ?? result['buildStages'];
    if (!isJsonObject(stages))
        return undefined;
    return Object.entries(stages)
        .flatMap(([key, stage]) => (isJsonObject(stage) ? [{ key, stage }] : []))
        .sort((one, other) => sequenceOf(one.stage) - sequenceOf(other.stage))
        .map(({ key, stage }) => ({
        name: stage_textOf(stage, 'display_name', 'displayName') || key,
        status: stage_textOf(stage, 'status'),
        duration: /^[0-9]{1,15}$/.exec(stage_textOf(stage, 'duration'))?.[0] ?? '',
    }));
}
function sequenceOf({ sequence }) {
    return typeof sequence === 'number' ? sequence : Number.MAX_SAFE_INTEGER;
}
function stage_textOf(stage, ...names) {
    for (const name of names) {
        const value = Object.hasOwn(stage, name) ? stage[name] : undefined;
        if (typeof value === 'string')
            return value;
        if (typeof value === 'number')
            return String(value);
    }
    return '';
}

;// CONCATENATED MODULE: ./lib/src/codearts/stages.js




async function readStages(recordId, tools) {
    const authorized = await authorizedGet(tools, `/v1/record/${recordId}/full-stages?cascade=true`, tools);
    if (!authorized.ok)
        return authorized;
    const reading = readAnswer(await tools.http.send(authorized.request, tools.signal), tools.reading);
    if (!reading.ok)
        return reading;
    const stages = parseStages(reading.result);
    if (stages !== undefined)
        return { ok: true, stages };
    const cameBack = 'the service answered HTTP 200, but its result has no build_stages';
    return { ok: false, problem: { reason: 'invalid_response', cameBack, hint: HINTS.invalid_response } };
}
function isRecordId(text) {
    return /^[0-9a-z-]{36}$/.test(text);
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = process.getBuiltinModule("node:http");
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = process.getBuiltinModule("node:https");
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
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
;// CONCATENATED MODULE: ./lib/src/http/proxy.js

const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
const MIN_MASKED_USER_CHARACTERS = 4;
function proxySecrets(environment) {
    const passwords = [];
    const users = [];
    for (const variable of PROXY_VARIABLES) {
        const address = environment[variable];
        if (address === undefined)
            continue;
        const userInfo = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?([^/]*)@/i.exec(address)?.[1];
        if (userInfo === undefined)
            continue;
        const colon = userInfo.indexOf(':');
        const user = colon < 0 ? userInfo : userInfo.slice(0, colon);
        const password = colon < 0 ? '' : userInfo.slice(colon + 1);
        const basic = `${proxy_decoded(user)}:${proxy_decoded(password)}`;
        passwords.push(password, proxy_decoded(password), Buffer.from(basic).toString('base64'));
        users.push(...[user, proxy_decoded(user)].filter(name => name.length >= MIN_MASKED_USER_CHARACTERS));
    }
    return { passwords: passwords.filter(password => password !== ''), users };
}
function proxyOf(url) {
    if (checkBypass(url) || !namesProxy(url))
        return undefined;
    let proxy;
    try {
        proxy = getProxyUrl(url);
    }
    catch {
    }
    if (proxy === undefined)
        throw new Error('the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY) is not a URL');
    if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
        throw new Error(`the proxy that the environment names speaks ${proxy.protocol}, and only http: and https: proxies work`);
    }
    return proxy;
}
function namesProxy({ protocol }) {
    const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
    return [name, name.toUpperCase()].some(variable => (process.env[variable] ?? '') !== '');
}
function proxy_decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}

;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = process.getBuiltinModule("node:net");
;// CONCATENATED MODULE: ./lib/src/http/tunnel.js




class TunnelError extends Error {
    fault;
    constructor(fault) {
        super(fault.detail);
        this.fault = fault;
    }
}
const MAX_IDLE_MS = 5_000;
class TunnelAgent extends external_node_https_namespaceObject.Agent {
    #proxy;
    constructor(proxy) {
        super({ keepAlive: true, timeout: MAX_IDLE_MS });
        this.#proxy = proxy;
    }
    createConnection(options, connected) {
        const { host, port, onConnect } = options;
        const connect = this.#connect(`${bracketed(host ?? '')}:${port ?? ''}`);
        const failed = (fault) => {
            ;
            connected(new TunnelError(fault));
        };
        connect.once('connect', ({ statusCode = 0 }, socket, early) => {
            if (statusCode === 200 && early.length === 0) {
                const secure = super.createConnection({ ...options, socket });
                if (!secure)
                    throw new Error('TLS gave no socket');
                connected(null, secure);
                return;
            }
            socket.destroy();
            failed(statusCode === 200 ? this.#spokeEarly() : this.#refused(statusCode));
        });
        connect.on('error', error => {
            const { detail, again } = faultOf(error, `the proxy ${this.#proxy.host}`);
            failed({ kind: 'proxy', detail, again });
        });
        onConnect(connect);
        connect.end();
    }
    #connect(target) {
        const { protocol, hostname, port, username, password } = this.#proxy;
        const host = hostname.replace(/^\[(.*)\]$/, '$1');
        const credentials = `${username}:${password}`;
        const headers = { Host: target };
        if (credentials !== ':')
            headers['Proxy-Authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
        const options = { method: 'CONNECT', host, port, path: target, headers, agent: false };
        if (protocol === 'http:')
            return (0,external_node_http_namespaceObject.request)(options);
        return (0,external_node_https_namespaceObject.request)({ ...options, servername: (0,external_node_net_namespaceObject.isIP)(host) === 0 ? host : '', rejectUnauthorized: true });
    }
    #refused(status) {
        const detail = `the proxy ${this.#proxy.host} refused the tunnel (HTTP ${status})`;
        return { kind: 'proxy', detail, again: status >= 500 };
    }
    #spokeEarly() {
        return {
            kind: 'proxy',
            detail: `the proxy ${this.#proxy.host} sent bytes of its own into the tunnel`,
            again: true,
        };
    }
}
function bracketed(host) {
    return host.includes(':') ? `[${host}]` : host;
}

;// CONCATENATED MODULE: ./lib/src/http/request.js






const HTTP_LIMITS = { deadlineMs: 30_000, maxBodyBytes: 2 * 1024 * 1024 };
function createHttp(userAgent, limits = HTTP_LIMITS) {
    const route = createRoutes();
    const exchangeOf = async ({ headers, ...rest }, read, signal) => {
        if (signal?.aborted === true)
            return { ok: false, fault: STOPPED };
        const request = {
            ...rest,
            headers: { ...headers, 'User-Agent': userAgent, 'Accept-Encoding': 'identity' },
        };
        let exchange = new Exchange(request, limits);
        const timer = setTimeout(() => {
            exchange.timeOut();
        }, limits.deadlineMs);
        const stop = () => {
            exchange.giveUp();
        };
        signal?.addEventListener('abort', stop);
        for (;;) {
            const result = await Promise.race([exchange.run(route, read), exchange.brokenOff]);
            exchange.end();
            if (exchange.metStaleSocket) {
                exchange = new Exchange(request, limits);
                continue;
            }
            clearTimeout(timer);
            signal?.removeEventListener('abort', stop);
            return result;
        }
    };
    return {
        send: (request, signal) => exchangeOf(request, message => request_readAnswer(message, limits.maxBodyBytes), signal),
        receive: (request, sink, signal) => exchangeOf(request, (message, liftCap) => pour(message, sink, limits.maxBodyBytes, liftCap), signal),
    };
}
function createRoutes() {
    const kept = { keepAlive: true, timeout: request_MAX_IDLE_MS };
    let plain;
    let secure;
    let tunnels;
    return url => {
        const proxy = proxyOf(url);
        if (proxy !== undefined)
            return { agent: (tunnels ??= new TunnelAgent(proxy)), proxyHost: proxy.host };
        if (url.protocol === 'https:')
            return { agent: (secure ??= new external_node_https_namespaceObject.Agent(kept)) };
        return { agent: (plain ??= new external_node_http_namespaceObject.Agent(kept)) };
    };
}
class Exchange {
    #request;
    #limits;
    #breakOff;
    brokenOff;
    #sent = [];
    #phase = 'connecting';
    #over = false;
    #isReused = false;
    #isCut = false;
    #hasAnswered = false;
    #mostBytes;
    constructor(request, limits) {
        this.#request = request;
        this.#limits = limits;
        this.#mostBytes = limits.maxBodyBytes * MAX_FRAMING;
        let breakOff = () => undefined;
        this.brokenOff = new Promise(resolve => {
            breakOff = resolve;
        });
        this.#breakOff = breakOff;
    }
    async run(routeTo, read) {
        const { url } = this.#request;
        let route;
        try {
            route = routeTo(url);
        }
        catch (error) {
            return { ok: false, fault: { kind: 'proxy', detail: messageOf(error), again: false } };
        }
        try {
            const message = await this.#ask(route);
            this.#phase = 'reading the body';
            const answer = await read(message, () => {
                this.#mostBytes = Infinity;
            });
            this.#over = message.readableEnded && message.complete;
            return answer;
        }
        catch (error) {
            const fault = error instanceof TunnelError ? error.fault : faultOf(error, url.host);
            this.#isCut = fault.kind === 'cut';
            return { ok: false, fault };
        }
    }
    get metStaleSocket() {
        return this.#isCut && this.#isReused && !this.#hasAnswered && this.#request.method === 'GET';
    }
    timeOut() {
        const detail = `no complete answer came within ${this.#limits.deadlineMs / 1000} s (${this.#phase})`;
        this.#fail({ kind: 'timeout', detail, again: true });
    }
    giveUp() {
        this.#fail(STOPPED);
    }
    #fail(fault) {
        this.#breakOff({ ok: false, fault });
    }
    end() {
        if (!this.#over)
            for (const sent of this.#sent)
                sent.destroy();
    }
    #ask({ agent, proxyHost }) {
        const { method, url, headers, body } = this.#request;
        const { host } = url;
        this.#phase = proxyHost === undefined ? `waiting for ${host}` : `waiting for the proxy ${proxyHost}`;
        const options = {
            method,
            headers,
            agent,
            rejectUnauthorized: true,
            onConnect: connect => this.#sent.push(connect),
        };
        return new Promise((resolve, reject) => {
            const request = url.protocol === 'https:' ? (0,external_node_https_namespaceObject.request)(url, options) : (0,external_node_http_namespaceObject.request)(url, options);
            this.#sent.push(request);
            this.#watch(request);
            request.once('socket', () => {
                if (proxyHost !== undefined)
                    this.#phase = `waiting for ${host} behind the proxy`;
            });
            request.once('response', resolve).on('error', reject).end(body);
        });
    }
    #watch(request) {
        let interimAnswers = 0;
        const flooded = () => {
            this.#fail({ kind: 'malformed', detail: 'more came than an answer can have', again: false });
        };
        request.once('upgrade', (_, socket) => {
            socket.destroy();
            this.#fail({ kind: 'malformed', detail: 'the answer would switch protocols (HTTP 101)', again: false });
        });
        request.on('information', () => {
            if (++interimAnswers > MAX_INTERIM_ANSWERS)
                flooded();
        });
        request.once('socket', socket => {
            let bytes = 0;
            this.#isReused = request.reusedSocket;
            const count = (piece) => {
                this.#hasAnswered = true;
                bytes += piece.length;
                if (bytes > this.#mostBytes)
                    flooded();
            };
            socket.on('data', count);
            request.once('close', () => socket.off('data', count));
        });
    }
}
const request_MAX_IDLE_MS = 60_000;
const MAX_FRAMING = 4;
const MAX_INTERIM_ANSWERS = 32;
async function request_readAnswer(message, maxBodyBytes) {
    const { statusCode: status = 0, headers } = message;
    const refused = refusedUnread(headers, maxBodyBytes);
    const body = refused === undefined ? await readText(message, maxBodyBytes) : { refused };
    return { ok: true, status, headers, body };
}
function readText(message, maxBodyBytes) {
    const { socket } = message;
    let buffer = Buffer.allocUnsafe(16 * 1024);
    let length = 0;
    return new Promise((resolve, reject) => {
        message.on('data', (piece) => {
            if (length + piece.length > maxBodyBytes) {
                message.pause();
                resolve({ refused: tooLarge(maxBodyBytes) });
                return;
            }
            if (length + piece.length > buffer.length) {
                const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + piece.length));
                buffer.copy(larger, 0, 0, length);
                buffer = larger;
            }
            length += piece.copy(buffer, length);
        });
        message.once('error', reject);
        message.once('close', () => {
            if (isWhole(message, socket))
                resolve({ text: new TextDecoder().decode(buffer.subarray(0, length)) });
            else
                reject(cutShort());
        });
    });
}
async function pour(message, sink, maxTextBytes, liftCap) {
    const { statusCode: status = 0, headers } = message;
    if (refusedUnread(headers, Infinity) !== undefined || !sink.accepts({ status, headers }))
        return request_readAnswer(message, maxTextBytes);
    const { socket } = message;
    liftCap();
    message.setEncoding('latin1');
    for await (const piece of message) {
        if (!sink.take(piece))
            return { ok: true, streamed: 'part' };
    }
    if (!isWhole(message, socket))
        throw cutShort();
    return { ok: true, streamed: 'whole' };
}
function isWhole({ complete }, { errored }) {
    return complete && errored === null;
}
function cutShort() {
    return Object.assign(new Error('the answer is incomplete'), { code: 'ECONNRESET' });
}
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

;// CONCATENATED MODULE: ./lib/src/diagnosis.js





const FAILED = ['failed', 'aborted', 'timed_out', 'unknown_status'];
const DIAGNOSIS_LIMITS = { ...HTTP_LIMITS, deadlineMs: 15_000 };
const MAX_DIAGNOSIS_MS = 20_000;
async function diagnose({ reason, record }, options) {
    if (record === undefined || !FAILED.includes(reason))
        return undefined;
    const recordId = record.fields.build_record_id;
    if (!isRecordId(recordId)) {
        return {
            notices: ['The record has no build_record_id by which its stages and its log could be asked for'],
        };
    }
    const timeUp = new AbortController();
    const timer = setTimeout(() => {
        timeUp.abort(`no answer came within ${MAX_DIAGNOSIS_MS / 1_000} s`);
    }, MAX_DIAGNOSIS_MS);
    const signal = AbortSignal.any([options.signal, timeUp.signal]);
    const tools = { ...options, signal };
    const [stages, log] = await Promise.all([
        inTime(askForStages(recordId, tools), signal),
        options.logLines === 0 ? undefined : inTime(readLogTail(recordId, options.logLines, tools), signal),
    ]);
    clearTimeout(timer);
    return {
        ...(stages.ok ? { stages: stages.stages } : {}),
        ...(log?.ok === true ? { log: log.tail } : {}),
        notices: [
            ...(stages.ok ? [] : [`The stages of the build could not be read: ${stages.why}`]),
            ...(log?.ok === false ? [`The log of the build could not be read: ${log.why}`] : []),
        ],
    };
}
async function askForStages(recordId, tools) {
    const result = await readStages(recordId, tools);
    return result.ok ? result : { ok: false, why: result.problem.cameBack };
}
async function inTime(result, signal) {
    try {
        return (await unlessAborted(result, signal)) ?? { ok: false, why: String(signal.reason) };
    }
    catch (error) {
        return { ok: false, why: messageOf(error) };
    }
}

;// CONCATENATED MODULE: ./lib/src/identity.js
const NAMES = ['codeci_job_id', 'build_no', 'build_record_id', 'id'];
function strangerIn({ jobId, buildNo }, { fields }) {
    const otherJob = fields.codeci_job_id !== '' && fields.codeci_job_id !== jobId;
    const otherBuild = fields.build_no !== '' && Number(fields.build_no) !== buildNo;
    if (!otherJob && !otherBuild)
        return undefined;
    return `the record says that it is build ${fields.build_no || '(none)'} of job ${fields.codeci_job_id || '(none)'}`;
}
class KnownIdentity {
    #values = new Map();
    changeIn({ fields }) {
        for (const name of NAMES) {
            const known = this.#values.get(name);
            if (known !== undefined && fields[name] !== '' && fields[name] !== known)
                return `between two polls the record\u2019s ${name} changed from ${known} to ${fields[name]}`;
        }
        for (const name of NAMES) {
            if (fields[name] !== '' && !this.#values.has(name))
                this.#values.set(name, fields[name]);
        }
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/src/verdict.js
const PASSING_STATUS = 'SUCCESS';
const FAILED_STATUSES = {
    FAILURE: 'failed',
    SCHEDULE_FAILURE: 'failed',
    ABORTED: 'aborted',
    TIMEOUT: 'timed_out',
};
function judge(record, expected) {
    const byStatus = judgeStatus(record);
    const isWrong = (shown, matches) => shown === '' ? byStatus.reason !== 'running' : !matches;
    const { commit, branch } = record.fields;
    if (expected.commit !== undefined && isWrong(commit, isCommit(commit, expected.commit)))
        return { success: false, reason: 'commit_mismatch' };
    if (expected.branch !== undefined && isWrong(branch, isBranch(branch, expected.branch)))
        return { success: false, reason: 'branch_mismatch' };
    return byStatus;
}
function isCommit(full, asked) {
    return full.toLowerCase().startsWith(asked.toLowerCase());
}
function isBranch(shown, asked) {
    return withoutRef(shown) === withoutRef(asked);
}
function withoutRef(branch) {
    return branch.replace(/^refs\/heads\//, '');
}
function isRunning(record) {
    return judgeStatus(record).reason === 'running';
}
function judgeStatus(record) {
    const { status, finish_time: finishTime } = record.fields;
    if (status === PASSING_STATUS)
        return { success: true, reason: 'success' };
    return { success: false, reason: failureOf(status) ?? (finishTime === '' ? 'running' : 'unknown_status') };
}
function isFailedStatus(status) {
    return failureOf(status) !== undefined;
}
function failureOf(status) {
    const word = status.toUpperCase();
    return Object.hasOwn(FAILED_STATUSES, word) ? FAILED_STATUSES[word] : undefined;
}

;// CONCATENATED MODULE: ./lib/src/duration-words.js
function duration_words_inWords(durationMs) {
    const seconds = Math.max(0, Math.round(durationMs / 1_000));
    if (seconds < 60)
        return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return joined(minutes, 'min', seconds % 60, 's');
    return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}
function inRoughWords(durationMs) {
    if (durationMs < 10_000)
        return 'a few seconds';
    const isShort = durationMs < 90_000;
    const rounded = isShort
        ? Math.round(durationMs / 10_000) * 10_000
        : Math.round(durationMs / 60_000) * 60_000;
    return `about ${duration_words_inWords(rounded)}`;
}
function joined(large, largeUnit, small, smallUnit) {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

;// CONCATENATED MODULE: ./lib/src/words.js

const OUTCOME = {
    success: 'passes',
    failed: 'failed',
    aborted: 'was aborted',
    timed_out: 'timed out in CodeArts',
    running: 'is not over',
    unknown_status: 'ended with a status that is not known',
    commit_mismatch: 'is of another commit',
    branch_mismatch: 'is of another branch',
};
const ADVICE = {
    success: '',
    failed: 'see the log of the build in CodeArts, mend it and build again',
    aborted: 'run the build again in CodeArts',
    timed_out: 'see the log of the build in CodeArts, and run it again',
    running: 'run this step when the build is over, or let it wait (wait: true)',
    unknown_status: 'only SUCCESS passes: see the build in CodeArts',
    commit_mismatch: 'check build_no, or leave it out to find the build by its commit',
    branch_mismatch: 'check build_no and branch',
};
function words(facts, advice) {
    return advice === '' ? { sentence: facts } : { sentence: `${facts}; ${advice}`, advice };
}
function verdictWords({ jobId, buildNo }, record, expected, reason) {
    const { commit, branch } = record.fields;
    const expectedBranch = reason === 'commit_mismatch' ? undefined : expected.branch;
    const source = reason === 'success' ? '' : sourceOf(record, { commit: expected.commit, branch: expectedBranch });
    const clauses = [
        `Build ${buildNo} of job ${jobId} ${OUTCOME[reason]}: its status is ${statusOf(record)}${source}`,
        `commit: ${checked(commit, expected.commit, reason === 'commit_mismatch')}`,
        `branch: ${checked(branch, expectedBranch, reason === 'branch_mismatch')}`,
    ];
    return words(clauses.join('; '), ADVICE[reason]);
}
function sourceOf({ fields }, expected) {
    const known = ['commit', 'branch'].filter(name => fields[name] !== '' && expected[name] === undefined);
    return known.length === 0 ? '' : ` (${known.map(name => `${name} ${fields[name]}`).join(', ')})`;
}
function checked(shown, asked, isWrong) {
    if (asked === undefined)
        return 'not checked';
    if (isWrong)
        return `${shown || '(none)'}, and ${asked} was asked for`;
    return shown === '' ? `not shown yet (${asked} was asked for)` : `${shown}, as asked for`;
}
function problemWords(asked, { cameBack, hint }) {
    return words(`Asked for ${asked}: ${cameBack}`, hint);
}
function timeoutWords(asked, last, wait) {
    const limit = duration_words_inWords(wait.patience?.timeoutMs ?? 0);
    return words(`Waited ${duration_words_inWords(wait.elapsedMs)} for ${asked}, and after ${looksIn(wait)} it ${lastSeen(last, wait)}`, `raise timeout_minutes (now ${limit}), or see in CodeArts what keeps the build`);
}
function cancelWords(asked, last, wait) {
    return words(`Cancelled after ${duration_words_inWords(wait.elapsedMs)} and ${looksIn(wait)} for ${asked}, which ${lastSeen(last, wait)}; ` +
        'the build itself was not cancelled', '');
}
function askedWords({ jobId, buildNo, expected }) {
    if (buildNo === undefined)
        return `the newest build of ${wordsFor(expected)} in job ${jobId}`;
    return buildNo === 'latest' ? `the newest build of job ${jobId}` : `build ${buildNo} of job ${jobId}`;
}
function looksIn({ looks }) {
    return looks === 1 ? '1 look' : `${looks} looks`;
}
function lastSeen(record, { hasAnswered }) {
    if (record === undefined)
        return hasAnswered ? 'was not there yet' : 'was not seen: the service has not answered';
    return `was last seen with the status ${statusOf(record)}`;
}
function statusOf({ fields }) {
    return fields.status === '' ? '(none)' : fields.status;
}
function wordsFor({ commit, branch }) {
    return `commit ${commit ?? '(any)'}${branch === undefined ? '' : ` on branch ${branch}`}`;
}

;// CONCATENATED MODULE: ./lib/src/find.js




async function findBuild(asked, wait, tools) {
    const { jobId, buildNo, expected } = asked;
    if (buildNo === undefined) {
        const search = new CommitSearch(jobId, expected, wait, tools);
        return wait.until(`a build of ${wordsFor(expected)}`, asking => search.look(asking));
    }
    if (buildNo !== 'latest')
        return { kind: 'over', value: { ok: true, buildNo, isFound: false, warnings: [] } };
    return wait.until('a build of the job', asking => lookForLatest(jobId, asking, tools));
}
async function lookForLatest(jobId, asking, { service, log }) {
    const answer = await service.readLastBuildNo(jobId, asking);
    if (!answer.ok)
        return { kind: 'problem', value: answer };
    if (answer.value === undefined)
        return missing('the job was never built', 'build it, then run this step');
    log.info(`The newest build of job ${jobId} is ${answer.value}`);
    return over({ ok: true, buildNo: answer.value, isFound: true, warnings: [] });
}
const MAX_RECORDS = 200;
const MAX_BUILDS = 10_000;
const MAX_SEARCH_MINUTES = 2;
const MAX_SHOWN = 5;
const find_MAX_COMMIT_CHARACTERS = 100;
const find_GIVE_BUILD_NO = 'give build_no';
class CommitSearch {
    #jobId;
    #expected;
    #wait;
    #tools;
    #list;
    #listed = new Map();
    #decided = new Map();
    #identities = new Map();
    #undecidedSinceMs = new Map();
    #match;
    #hasReadWhole = false;
    constructor(jobId, expected, wait, tools) {
        this.#jobId = jobId;
        this.#expected = expected;
        this.#wait = wait;
        this.#tools = tools;
        this.#list = tools.service.buildList(jobId);
    }
    async look(asking) {
        if (this.#wait.patience !== undefined)
            return this.#poll(asking);
        const timeUp = new AbortController();
        const takeBack = this.#tools.clock.after(MAX_SEARCH_MINUTES * 60_000, () => {
            timeUp.abort();
        });
        const signal = AbortSignal.any([asking.signal, timeUp.signal]);
        const sight = await this.#poll({ ...asking, signal, outlastsThrottling: true });
        takeBack();
        if (sight.kind !== 'problem' || !timeUp.signal.aborted || asking.signal.aborted)
            return sight;
        const { cameBack } = sight.value.problem;
        return tooMuch(`the search for the build by its commit took more than ${MAX_SEARCH_MINUTES} min (at last ${cameBack})`);
    }
    async #poll(asking) {
        const poll = { asking, records: 0, undecided: new Set(), look: undefined };
        const problem = (await this.#readList('recent', poll)) ??
            (await this.#decide(poll)) ??
            (this.#needsWhole(poll)
                ? ((await this.#readList('whole', poll)) ?? (await this.#decide(poll)))
                : undefined);
        return problem === undefined ? this.#sight(poll) : { kind: 'problem', value: problem };
    }
    #needsWhole({ undecided }) {
        if (this.#match !== undefined || this.#hasReadWhole)
            return false;
        return this.#wait.patience !== undefined || undecided.size === 0;
    }
    async #readList(window, { asking }) {
        const answer = await this.#list.read(window, asking);
        if (this.#list.hasAnswered)
            this.#wait.hasAnswered = true;
        if (!answer.ok)
            return answer;
        if (window === 'whole')
            this.#hasReadWhole = true;
        for (const build of answer.value)
            this.#listed.set(build.buildNo, build);
        if (this.#listed.size <= MAX_BUILDS)
            return undefined;
        return tooMuch(`the job has more than ${MAX_BUILDS} builds to look at`).value;
    }
    async #decide(poll) {
        for (const build of this.#candidates()) {
            if (poll.undecided.has(build.buildNo))
                continue;
            if (++poll.records > MAX_RECORDS) {
                return tooMuch(`more than ${MAX_RECORDS} builds have to be read one by one, since the list does not show their commits`).value;
            }
            const decision = await this.#readOne(build, poll);
            if (typeof decision !== 'string')
                return decision;
            if (decision === 'match')
                return undefined;
            if (decision === 'against')
                continue;
            poll.undecided.add(build.buildNo);
            if (this.#wait.patience === undefined)
                return undefined;
        }
        return undefined;
    }
    #candidates() {
        const { commit: asked = '' } = this.#expected;
        const newest = this.#match?.buildNo ?? 0;
        return [...this.#listed.values()]
            .filter(({ buildNo }) => buildNo > newest && !this.#decided.has(buildNo))
            .filter(({ commit }) => !isFullHash(commit) || isCommit(commit, asked))
            .sort((one, other) => other.buildNo - one.buildNo);
    }
    async #readOne(build, poll) {
        const { buildNo } = build;
        const id = { jobId: this.#jobId, buildNo };
        const look = await this.#tools.service.readRecord(id, poll.asking);
        if (!look.ok) {
            if (look.problem.reason !== 'not_found')
                return look;
            if (mayBe(build.commit, this.#expected.commit))
                return withoutRecord(buildNo, look);
            return build.isOver ? this.#decideAgainst(buildNo, '', 'no record') : 'undecided';
        }
        const { record } = look;
        const stranger = strangerIn(id, record) ?? this.#identityOf(buildNo).changeIn(record);
        if (stranger !== undefined)
            return unusable(stranger);
        const { commit, branch } = record.fields;
        if (branch !== '' && this.#expected.branch !== undefined && !isBranch(branch, this.#expected.branch))
            return this.#decideAgainst(buildNo, commit);
        if (mayBe(commit, this.#expected.commit)) {
            this.#match = { buildNo, commit };
            poll.look = look;
            return 'match';
        }
        if (isHex(commit))
            return this.#decideAgainst(buildNo, commit);
        return isRunning(record) ? 'undecided' : this.#decideAgainst(buildNo, '', 'no commit');
    }
    #decideAgainst(buildNo, commit, doubt) {
        const shown = commit.length <= find_MAX_COMMIT_CHARACTERS ? commit : '';
        this.#decided.set(buildNo, { commit: shown, ...(doubt === undefined ? {} : { doubt }) });
        this.#identities.delete(buildNo);
        return 'against';
    }
    #identityOf(buildNo) {
        const identity = this.#identities.get(buildNo) ?? new KnownIdentity();
        this.#identities.set(buildNo, identity);
        return identity;
    }
    #sight(poll) {
        const commits = this.#matchingCommits();
        if (commits.size > 1)
            return over(ambiguous(commits));
        const newest = this.#match?.buildNo ?? 0;
        const undecided = [...poll.undecided].filter(buildNo => buildNo > newest);
        if (undecided.length === 0)
            return this.#match === undefined ? this.#absent() : this.#found(poll, []);
        if (this.#wait.patience === undefined)
            return over(runs(undecided));
        const nowMs = this.#tools.clock.nowMs();
        for (const buildNo of undecided) {
            if (!this.#undecidedSinceMs.has(buildNo))
                this.#undecidedSinceMs.set(buildNo, nowMs);
        }
        const isAwaited = undecided.some(buildNo => this.#wait.mayAppear(this.#undecidedSinceMs.get(buildNo) ?? nowMs));
        return this.#match === undefined || isAwaited ? this.#going(undecided) : this.#found(poll, undecided);
    }
    #matchingCommits() {
        const { commit: asked = '' } = this.#expected;
        const listed = [...this.#listed.values()]
            .filter(({ buildNo, commit }) => !this.#decided.has(buildNo) && isFullHash(commit))
            .map(({ commit }) => commit);
        const commits = [...(this.#match === undefined ? [] : [this.#match.commit]), ...listed];
        return new Set(commits.filter(commit => isCommit(commit, asked)).map(commit => commit.toLowerCase()));
    }
    #found({ look }, undecided) {
        const { buildNo = 0 } = this.#match ?? {};
        const older = [...this.#listed.values()]
            .filter(build => build.buildNo < buildNo && !this.#decided.has(build.buildNo))
            .filter(({ commit }) => isFullHash(commit) && isCommit(commit, this.#expected.commit ?? ''))
            .map(build => build.buildNo);
        const numbers = [buildNo, ...older.sort((one, other) => other - one)];
        const built = older.length === 0 ? 'once' : `${numbers.length} times (${numbers.join(', ')}), and the newest counts`;
        this.#tools.log.info(`The job built ${wordsFor(this.#expected)} ${built}: build ${buildNo}`);
        const warnings = [
            ...this.#doubts(buildNo),
            ...undecided.slice(0, 1).map(() => judgedAll(buildNo, undecided)),
        ];
        const seen = { identity: this.#identityOf(buildNo), look };
        return over({ ok: true, buildNo, isFound: true, warnings, seen });
    }
    #doubts(buildNo) {
        const numbersOf = (doubt) => [...this.#decided]
            .filter(([number, decided]) => number > buildNo && decided.doubt === doubt)
            .map(([number]) => String(number));
        const silent = numbersOf('no commit');
        const gone = numbersOf('no record');
        return [
            ...(silent.length === 0 ? [] : [`${passedOver(silent)}, having ended without a commit in the record`]),
            ...(gone.length === 0 ? [] : [`${passedOver(gone)}, having ended without a record that can be read`]),
        ];
    }
    #absent() {
        const { newest, doubts } = { newest: this.#newestCommits(), doubts: this.#doubts(0) };
        return missing([
            `${newest}, and none of the last 30 days is of ${wordsFor(this.#expected)}`,
            ...doubts.map(doubt => `${doubt.charAt(0).toLowerCase()}${doubt.slice(1)}`),
        ].join('; '), 'check job_id, commit and branch (on a pull request the commit is github.event.pull_request.head.sha)' +
            (this.#wait.patience === undefined ? ', or let this step wait for the build (wait: true)' : ''));
    }
    #newestCommits() {
        const newest = new Map();
        const builds = [...this.#listed.values()].sort((one, other) => other.buildNo - one.buildNo);
        for (const { buildNo, commit: listed } of builds) {
            const commit = (this.#decided.get(buildNo)?.commit ?? '') || listed;
            if (commit !== '' && !newest.has(commit) && newest.size < MAX_SHOWN)
                newest.set(commit, buildNo);
        }
        if (newest.size === 0)
            return 'the job has no builds that show a commit';
        const shown = [...newest].map(([commit, buildNo]) => `${commit} (build ${buildNo})`);
        return `the newest commits that the job built are ${shown.join(', ')}`;
    }
    #going(undecided) {
        return {
            kind: 'going',
            value: runs(undecided),
            state: `undecided, as ${buildsDo(undecided)} not show a commit yet`,
            outlook: '',
            pauseMs: this.#wait.pauseAtAge(this.#wait.elapsedMs),
        };
    }
}
function isFullHash(text) {
    return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text);
}
function isHex(text) {
    return /^\s*[0-9a-f]+\s*$/i.test(text);
}
function mayBe(shown, asked = '') {
    const commit = shown.trim();
    return isHex(commit) && (isCommit(commit, asked) || isCommit(asked, commit));
}
function over(value) {
    return { kind: 'over', value, state: value.ok ? `found build ${value.buildNo}` : 'found no single build' };
}
function runs(undecided) {
    return {
        ok: false,
        reason: 'running',
        cameBack: `${buildsDo(undecided)} not show a commit yet, and may be of the one that is asked for`,
        hint: 'let this step wait (wait: true)',
    };
}
function ambiguous(commits) {
    const shown = [...commits].slice(0, MAX_SHOWN).join(', ');
    return {
        ok: false,
        reason: 'invalid_input',
        cameBack: `${commits.size} commits that were built begin with it (${shown})`,
        hint: 'give more digits of the commit',
    };
}
function judgedAll(buildNo, undecided) {
    return (`Build ${buildNo} is judged although a newer one (${undecided.join(', ')}) is going on ` +
        `and does not show its commit yet`);
}
function buildsDo(numbers) {
    return numbers.length === 1 ? `build ${numbers.join()} does` : `builds ${numbers.join(', ')} do`;
}
function passedOver(numbers) {
    return numbers.length === 1
        ? `Build ${numbers.join()} was passed over`
        : `Builds ${numbers.join(', ')} were passed over`;
}
function withoutRecord(buildNo, { problem, ...rest }) {
    const cameBack = `build ${buildNo} is of that commit, says the list, but of its record ${problem.cameBack}`;
    return { ...rest, problem: { ...problem, cameBack } };
}
function tooMuch(what) {
    const problem = { reason: 'invalid_response', cameBack: what, hint: find_GIVE_BUILD_NO };
    return { kind: 'problem', value: { ok: false, problem, again: { again: false } } };
}
function missing(cameBack, hint) {
    return {
        kind: 'problem',
        value: { ok: false, problem: { reason: 'not_found', cameBack, hint }, again: { again: false } },
    };
}

;// CONCATENATED MODULE: ./lib/src/progress.js

const HEARTBEAT_MS = 60_000;
class Progress {
    #what;
    #clock;
    #log;
    #startedMs;
    #saidState;
    #saidMs = 0;
    constructor(what, { clock, log }) {
        this.#what = what;
        this.#clock = clock;
        this.#log = log;
        this.#startedMs = clock.nowMs();
    }
    say(state, outlook = '') {
        const nowMs = this.#clock.nowMs();
        const isNew = state !== this.#saidState;
        if (!isNew && nowMs - this.#saidMs < HEARTBEAT_MS)
            return;
        if (this.#saidState === undefined)
            this.#log.startGroup(`Waiting for ${this.#what}`);
        const elapsed = duration_words_inWords(nowMs - this.#startedMs);
        const line = isNew ? state : `still ${state} after ${elapsed} of waiting`;
        this.#log.info([line, outlook].filter(text => text !== '').join('; '));
        this.#saidState = state;
        this.#saidMs = nowMs;
    }
    sayTrouble() {
        if (this.#saidState !== undefined)
            this.say(this.#saidState, 'as last seen: looks fail at the moment');
    }
    sayLast(state) {
        if (this.#saidState === undefined)
            return;
        this.#log.info(`${state} after ${duration_words_inWords(this.#clock.nowMs() - this.#startedMs)} of waiting`);
    }
    end() {
        if (this.#saidState !== undefined)
            this.#log.endGroup();
    }
}

;// CONCATENATED MODULE: ./lib/src/schedule.js
const TUNED = {
    young: 0.2,
    growth: 1 / 30,
    old: 0.79,
    farBase: 0.13,
    farGrowth: 1 / 40,
    nearOfFar: 0.5,
    nearest: 0.37,
    window: 0.12,
    overdueGrowth: 0.4,
    jitter: 0.1,
};
const SHORTEST_PAUSE_MS = 1_000;
function pauseMs(outlook, random) {
    const { longestPauseMs } = outlook;
    const plannedMs = outlook.expectedMs === undefined
        ? byAge(outlook)
        : byExpectation({ ...outlook, expectedMs: outlook.expectedMs });
    const boundedMs = Math.min(longestPauseMs, Math.max(SHORTEST_PAUSE_MS, plannedMs));
    return Math.round(boundedMs * (1 - TUNED.jitter * random));
}
function byAge({ ageMs, longestPauseMs }) {
    return longestPauseMs * Math.min(TUNED.old, TUNED.young + TUNED.growth * rootOfSeconds(ageMs));
}
function byExpectation({ ageMs, expectedMs, longestPauseMs, }) {
    const far = Math.min(1, TUNED.farBase + TUNED.farGrowth * rootOfSeconds(expectedMs));
    const farMs = longestPauseMs * far;
    const nearMs = longestPauseMs * Math.min(TUNED.nearest, TUNED.nearOfFar * far);
    const outsideMs = Math.abs(expectedMs - ageMs) - TUNED.window * expectedMs;
    if (outsideMs <= 0)
        return nearMs;
    const isOverdue = ageMs > expectedMs;
    return Math.min(farMs, isOverdue ? nearMs + outsideMs * TUNED.overdueGrowth : Math.max(nearMs, outsideMs));
}
function rootOfSeconds(ms) {
    return Math.sqrt(Math.max(0, ms) / 1_000);
}

;// CONCATENATED MODULE: ./lib/src/wait.js




const LAST_LOOK_MS = 2_000;
class Wait {
    #patience;
    #tools;
    #startedMs;
    #stop;
    #takeBackLimit = () => undefined;
    #looks = 0;
    hasAnswered = false;
    #faults = 0;
    #faultsInARow = 0;
    #lastFault;
    constructor(patience, tools) {
        this.#patience = patience;
        this.#tools = tools;
        this.#startedMs = tools.clock.nowMs();
        this.#stop = tools.cancel;
        if (patience === undefined)
            return;
        const timeUp = new AbortController();
        this.#stop = AbortSignal.any([tools.cancel, timeUp.signal]);
        this.#takeBackLimit = tools.clock.after(patience.timeoutMs, () => {
            timeUp.abort();
        });
    }
    get patience() {
        return this.#patience;
    }
    get looks() {
        return this.#looks;
    }
    get elapsedMs() {
        return this.#tools.clock.nowMs() - this.#startedMs;
    }
    mayAppear(sinceMs) {
        return this.#patience !== undefined && this.#tools.clock.nowMs() - sinceMs < this.#patience.discoveryMs;
    }
    pauseAtAge(ageMs, expectedMs) {
        const longestPauseMs = this.#patience?.longestPauseMs ?? 0;
        return pauseMs({ ageMs, expectedMs, longestPauseMs }, this.#tools.random());
    }
    faultWarnings() {
        if (this.#lastFault === undefined)
            return [];
        const looks = this.#faults === 1 ? '1 look' : `${this.#faults} looks`;
        return [`${looks} failed on the way and did not end the wait; the last time ${this.#lastFault.cameBack}`];
    }
    end() {
        this.#takeBackLimit();
    }
    async until(what, look) {
        const progress = new Progress(what, this.#tools);
        const seen = { last: undefined, missingSinceMs: undefined };
        try {
            for (;;) {
                this.#looks++;
                const sight = await look({ maxTries: this.#maxTries(), signal: this.#stop });
                const next = this.#after(sight, seen);
                if (sight.kind === 'over')
                    progress.sayLast(sight.state);
                if ('kind' in next)
                    return next;
                if (next.state === undefined)
                    progress.sayTrouble();
                else
                    progress.say(next.state, next.outlook);
                await this.#pause(next.pauseMs);
                if (this.#stop.aborted)
                    return this.#stopped(seen);
            }
        }
        finally {
            progress.end();
        }
    }
    #maxTries() {
        return this.#patience !== undefined && this.hasAnswered ? 1 : MAX_TRIES;
    }
    #after(sight, seen) {
        if (sight.kind !== 'problem')
            this.hasAnswered = true;
        if (sight.kind === 'over')
            return { kind: 'over', value: sight.value };
        if (this.#stop.aborted)
            return this.#stopped(seen);
        if (sight.kind === 'problem')
            return this.#afterProblem(sight.value, seen);
        seen.last = sight.value;
        seen.missingSinceMs = undefined;
        this.#faultsInARow = 0;
        if (this.#patience === undefined)
            return { kind: 'over', value: sight.value };
        const { pauseMs, state, outlook } = sight;
        return { pauseMs, state, outlook };
    }
    #afterProblem({ problem, again }, seen) {
        const patience = this.#patience;
        const end = { kind: 'problem', problem, last: seen.last };
        if (patience === undefined)
            return end;
        if (problem.reason === 'not_found') {
            this.hasAnswered = true;
            this.#faultsInARow = 0;
            const sinceMs = (seen.missingSinceMs ??= this.#tools.clock.nowMs());
            if (!this.mayAppear(sinceMs))
                return end;
            const ageMs = this.#tools.clock.nowMs() - sinceMs;
            return {
                state: seen.last === undefined ? 'not there yet' : 'not there any more',
                pauseMs: Math.min(this.pauseAtAge(ageMs), Math.max(1, patience.discoveryMs - ageMs)),
            };
        }
        if (problem.reason === 'throttled')
            this.hasAnswered = true;
        return again.again && this.hasAnswered ? this.#waitOut(problem, again, patience) : end;
    }
    #waitOut(problem, again, { longestPauseMs }) {
        if (this.#lastFault === undefined)
            this.#tools.log.info(`A look failed, and the wait goes on: ${problem.cameBack}`);
        else
            this.#tools.log.debug(`A look failed: ${problem.cameBack}`);
        this.#lastFault = problem;
        this.#faults++;
        this.#faultsInARow++;
        return { pauseMs: pauseAfter(this.#faultsInARow, again, this.#tools.random(), longestPauseMs) };
    }
    #stopped({ last }) {
        return { kind: this.#tools.cancel.aborted ? 'cancelled' : 'wait_timeout', last };
    }
    async #pause(ms) {
        const leftMs = (this.#patience?.timeoutMs ?? 0) - this.elapsedMs;
        const isLastButOne = leftMs > LAST_LOOK_MS && ms > leftMs - LAST_LOOK_MS;
        await sleep(this.#tools.clock, isLastButOne ? leftMs - LAST_LOOK_MS : ms, this.#stop);
    }
}

;// CONCATENATED MODULE: ./lib/src/expectation.js

function expectationFrom(record, buildNo) {
    const { status, start_time: start, finish_time: finish, duration } = record.fields;
    if (status !== 'SUCCESS')
        return undefined;
    const [startMs, finishMs] = [expectation_timeOf(start), expectation_timeOf(finish)];
    const durationMs = startMs === undefined || finishMs === undefined ? Number(duration) : Math.max(0, finishMs - startMs);
    return durationMs > 0 ? { durationMs, buildNo } : undefined;
}
function ageOf({ fields }, nowMs) {
    const sinceMs = expectation_timeOf(fields.start_time) ?? expectation_timeOf(fields.create_time);
    return sinceMs === undefined ? undefined : Math.max(0, nowMs - sinceMs);
}
function outlookFor(ageMs, expectation) {
    if (expectation === undefined)
        return '';
    const leftMs = expectation.durationMs - ageMs;
    const judging = `judging by build ${expectation.buildNo}`;
    return leftMs > 0
        ? `${inRoughWords(leftMs)} left, ${judging}`
        : `${inRoughWords(-leftMs)} overdue, ${judging}`;
}
function expectation_timeOf(text) {
    const ms = /(Z|[+-][0-9]{2}:?[0-9]{2})$/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
}

;// CONCATENATED MODULE: ./lib/src/watch.js





function watchBuild(build, wait, tools) {
    const identity = build.seen?.identity ?? new KnownIdentity();
    let firstLook = build.seen?.look;
    let last;
    let expectation;
    let hasGuide = false;
    const see = async (asking) => {
        const look = firstLook ?? (await tools.service.readRecord(build, asking));
        firstLook = undefined;
        if (!look.ok)
            return { kind: 'problem', value: look };
        const { record, apiVersion } = look;
        const stranger = (build.isFound ? strangerIn(build, record) : undefined) ?? identity.changeIn(record);
        if (stranger !== undefined)
            return { kind: 'problem', value: unusable(stranger) };
        if (JSON.stringify(record.whole) !== JSON.stringify(last?.whole))
            tools.onRecord(record);
        const line = `${named(build)} has the status ${statusOf(record)} (read through API ${apiVersion})`;
        if (last === undefined)
            tools.log.info(line);
        else
            tools.log.debug(line);
        last = record;
        if (judge(record, build.expected).reason !== 'running') {
            return { kind: 'over', value: record, state: statusOf(record) };
        }
        if (!hasGuide && wait.patience !== undefined) {
            hasGuide = true;
            expectation = await readGuide(build, asking, tools);
        }
        return stillGoing(look, wait, expectation);
    };
    return wait.until(`build ${build.buildNo}`, see);
}
const MAX_GUIDE_MS = 2_000;
async function readGuide({ jobId, buildNo }, { signal }, { service, log, clock }) {
    if (buildNo === 1)
        return undefined;
    const timeUp = new AbortController();
    const takeBack = clock.after(MAX_GUIDE_MS, () => {
        timeUp.abort();
    });
    const asking = { maxTries: 1, signal: AbortSignal.any([signal, timeUp.signal]) };
    const look = await service.readRecord({ jobId, buildNo: buildNo - 1 }, asking);
    takeBack();
    if (look.ok)
        return expectationFrom(look.record, buildNo - 1);
    log.debug(`How long the build will take is not known, because ${look.problem.cameBack}`);
    return undefined;
}
function stillGoing({ record, dateMs }, wait, expectation) {
    const ageMs = ageOf(record, dateMs) ?? wait.elapsedMs;
    const isStarted = record.fields.start_time !== '';
    const expectedMs = isStarted ? expectation?.durationMs : undefined;
    return {
        kind: 'going',
        value: record,
        state: statusOf(record),
        outlook: isStarted ? outlookFor(ageMs, expectation) : '',
        pauseMs: wait.pauseAtAge(ageMs, expectedMs),
    };
}
function named({ jobId, buildNo }) {
    return `Build ${buildNo} of job ${jobId}`;
}

;// CONCATENATED MODULE: ./lib/src/gate.js






async function runGate(asked, tools) {
    const wait = new Wait(tools.patience, tools);
    try {
        const search = await findBuild(asked, wait, tools);
        if (search.kind !== 'over')
            return unjudged(askedWords(asked), search, undefined, wait);
        const found = search.value;
        if (!found.ok) {
            const words = problemWords(askedWords(asked), found);
            return { ...RED, ...words, reason: found.reason, warnings: wait.faultWarnings() };
        }
        const { jobId, expected } = asked;
        const { buildNo, isFound, seen } = found;
        const build = { jobId, buildNo, expected, isFound, seen };
        const watch = await watchBuild(build, wait, tools);
        const record = watch.kind === 'over' ? watch.value : watch.last;
        const ending = watch.kind === 'over' ? judged(build, watch.value) : unjudged(askedWords(build), watch, record, wait);
        const strangers = record === undefined ? [] : identityWarnings(build, record);
        return { ...ending, warnings: [...strangers, ...found.warnings, ...wait.faultWarnings()] };
    }
    finally {
        wait.end();
    }
}
const RED = { success: false, warnings: [] };
function judged(build, record) {
    const { expected } = build;
    const verdict = judge(record, expected);
    return { ...verdict, ...verdictWords(build, record, expected, verdict.reason), record, warnings: [] };
}
function unjudged(asked, end, record, wait) {
    const warnings = wait.faultWarnings();
    if (end.kind === 'problem') {
        const { reason } = end.problem;
        return { ...RED, ...problemWords(asked, end.problem), reason, record, warnings };
    }
    const wordsOf = end.kind === 'cancelled' ? cancelWords : timeoutWords;
    return { ...RED, ...wordsOf(asked, record, wait), reason: end.kind, record, warnings };
}
function identityWarnings({ jobId, buildNo, ...build }, record) {
    const stranger = strangerIn({ jobId, buildNo }, record);
    return stranger === undefined || build.isFound
        ? []
        : [`Asked for build ${buildNo} of job ${jobId}, and ${stranger}`];
}

;// CONCATENATED MODULE: ./lib/package.json
const package_namespaceObject = {"rE":"1.0.0"};
;// CONCATENATED MODULE: ./lib/src/user-agent.js

const USER_AGENT = `codearts-build-gate/${package_namespaceObject.rE}`;

;// CONCATENATED MODULE: ./lib/src/assemble.js









function assemble(inputs, report, cancel) {
    const { jobId, buildNo, expected, patience, endpoint, apiVersions, logLines } = inputs;
    const { log, secrets } = report;
    const reading = { redact: text => secrets.redact(text), nowMs: Date.now };
    const retry = {
        sleep: (ms, signal) => sleep(CLOCK, ms, signal),
        random: Math.random,
    };
    const onRetry = ({ cameBack }, tries, pauseMs) => {
        log.info(`Try ${tries} failed: ${cameBack}; the next one follows in ${(pauseMs / 1_000).toFixed(1)} s`);
    };
    const http = createHttp(USER_AGENT);
    const credentials = createCredentials(inputs.credentials, {
        http,
        retry,
        read: (result, who) => readSecretAnswer(result, reading, who),
        nowMs: Date.now,
        secrets,
        log,
        onRetry,
    });
    const access = { endpoint, credentials, reading };
    const service = createCodeArtsBuild({
        ...access,
        apiVersions,
        http,
        retry,
        onRetry,
    });
    const asked = { jobId, buildNo, expected };
    return {
        judge() {
            log.debug(`Asking ${endpoint.href} for ${askedWords(asked)} (${apiVersions.join(', ')})`);
            const onRecord = (record) => {
                report.record(record);
            };
            return runGate(asked, { service, log, patience, cancel, clock: CLOCK, random: Math.random, onRecord });
        },
        explain: ending => diagnose(ending, {
            ...access,
            http: createHttp(USER_AGENT, DIAGNOSIS_LIMITS),
            logLines,
            signal: cancel,
        }),
    };
}

;// CONCATENATED MODULE: ./lib/src/cancel.js
const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM'];
function cancelOnSignals() {
    const cancel = new AbortController();
    for (const name of CANCEL_SIGNALS) {
        process.on(name, () => {
            cancel.abort('the step was cancelled');
        });
    }
    return cancel.signal;
}

;// CONCATENATED MODULE: ./lib/src/ending.js
function factsOf({ sentence, advice }) {
    const end = `; ${advice ?? ''}`;
    return advice !== undefined && sentence.endsWith(end) ? sentence.slice(0, -end.length) : sentence;
}
const SOFT_REASONS = [
    'failed',
    'aborted',
    'timed_out',
    'running',
    'unknown_status',
    'commit_mismatch',
    'branch_mismatch',
    'wait_timeout',
];
function mayPass({ success, reason, record }, failUnlessSuccess) {
    return success || (!failUnlessSuccess && record !== undefined && SOFT_REASONS.includes(reason));
}

;// CONCATENATED MODULE: ./lib/src/credentials/choice.js
const KINDS = {
    token: ['token'],
    access_keys: ['access_key', 'secret_key', 'security_token'],
    keyless: ['oidc_provider_urn', 'oidc_agency_urn', 'oidc_audience'],
};
const TOOLS = [
    {
        tool: 'huaweicloud/auth-action',
        accessKey: 'HUAWEI_CLOUD_ACCESS_KEY_ID',
        secretKey: 'HUAWEI_CLOUD_SECRET_ACCESS_KEY',
        projectId: 'HUAWEI_CLOUD_PROJECT_ID',
    },
    {
        tool: 'the SDKs',
        accessKey: 'HUAWEICLOUD_SDK_AK',
        secretKey: 'HUAWEICLOUD_SDK_SK',
        securityToken: 'HUAWEICLOUD_SDK_SECURITY_TOKEN',
        projectId: 'HUAWEICLOUD_SDK_PROJECT_ID',
    },
    {
        tool: 'Terraform',
        accessKey: 'HW_ACCESS_KEY',
        secretKey: 'HW_SECRET_KEY',
        securityToken: 'HW_SECURITY_TOKEN',
        projectId: 'HW_PROJECT_ID',
    },
];
const ID_TOKEN_URL_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_URL';
const ID_TOKEN_BEARER_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';
const VISIBLE_ASCII = 'visible ASCII characters alone';
const PROJECT_ID = 'a project ID: letters, digits, - and _';
function secretVariables() {
    const ofTools = TOOLS.flatMap(({ accessKey, secretKey, securityToken }) => [
        accessKey,
        secretKey,
        ...(securityToken === undefined ? [] : [securityToken]),
    ]);
    return [...ofTools, ID_TOKEN_BEARER_VARIABLE];
}
function chooseCredentials(sources) {
    const { isGiven, problems } = sources;
    const given = Object.values(KINDS)
        .map(inputs => inputs.filter(isGiven))
        .filter(inputs => inputs.length > 0);
    const projectId = sources.read('project_id', PROJECT_ID, projectIdOf);
    const choices = [ofToken(sources), ofKeys(sources, projectId), ofUrns(sources, projectId)];
    if (given.length > 1) {
        const kinds = given.map(inputs => inputs.join(', ')).join(' and ');
        problems.push(`${kinds} are credentials of ${given.length} kinds: give those of one kind alone`);
        return undefined;
    }
    if (given.length === 0)
        return ofEnvironment(sources, projectId);
    return choices.find(choice => choice !== undefined);
}
function ofToken({ read }) {
    const token = read('token', `an IAM user token: ${VISIBLE_ASCII}`, visibleAscii);
    return token === undefined ? undefined : { kind: 'token', token };
}
function ofKeys(sources, projectId) {
    const { read } = sources;
    const accessKey = read('access_key', `an access key ID (AK): ${VISIBLE_ASCII}, no comma`, accessKeyId);
    const secretKey = read('secret_key', `a secret access key (SK): ${VISIBLE_ASCII}`, visibleAscii);
    const securityToken = read('security_token', `a security token: ${VISIBLE_ASCII}`, visibleAscii);
    reportMissingHalf(sources, KINDS.access_keys, ['access_key', 'secret_key']);
    if (accessKey === undefined || secretKey === undefined)
        return undefined;
    const keys = { accessKey, secretKey, securityToken, projectId };
    return { kind: 'access_keys', keys, source: 'the inputs access_key and secret_key' };
}
function ofUrns(sources, projectId) {
    const { read, stsEndpoint, environment } = sources;
    const providerUrn = read('oidc_provider_urn', 'the URN of an OIDC identity provider, iam::ACCOUNT_ID:oidcProvider:NAME', text => (isUrn(text, 'oidcProvider') ? text : undefined));
    const agencyUrn = read('oidc_agency_urn', 'the URN of a trust agency, iam::ACCOUNT_ID:agency:NAME', text => isUrn(text, 'agency') ? text : undefined);
    const audience = read('oidc_audience', 'a text without control characters', text => /^\P{Cc}+$/u.test(text) ? text : undefined);
    reportMissingHalf(sources, KINDS.keyless, ['oidc_provider_urn', 'oidc_agency_urn']);
    if (providerUrn === undefined || agencyUrn === undefined)
        return undefined;
    return {
        kind: 'keyless',
        agency: { providerUrn, agencyUrn, audience, stsEndpoint: stsEndpoint() },
        job: jobIdentityOf(environment),
        projectId,
    };
}
function reportMissingHalf({ isGiven, problems }, inputs, pair) {
    const given = inputs.filter(isGiven);
    if (given.length === 0)
        return;
    for (const input of pair.filter(half => !isGiven(half))) {
        problems.push(`${input} is missing: ${given.join(' and ')} cannot do without it`);
    }
}
function ofEnvironment({ environment, problems }, inputProjectId) {
    const value = (variable) => (variable === undefined ? '' : (environment[variable] ?? '')).trim();
    const variables = TOOLS.find(tool => value(tool.accessKey) !== '' || value(tool.secretKey) !== '');
    if (variables === undefined) {
        problems.push(NOTHING_GIVEN);
        return undefined;
    }
    const check = (variable, parse, takes = VISIBLE_ASCII) => {
        const text = value(variable);
        const checked = parse(text);
        if (text === '')
            problems.push(`the variable ${variable} is missing beside its other half (${variables.tool})`);
        else if (checked === undefined)
            problems.push(`the variable ${variable} is not right: it takes ${takes}`);
        return checked;
    };
    const accessKey = check(variables.accessKey, accessKeyId, `${VISIBLE_ASCII}, no comma`);
    const secretKey = check(variables.secretKey, visibleAscii);
    const optional = (variable, parse, takes) => variable === undefined || value(variable) === '' ? undefined : check(variable, parse, takes);
    const securityToken = optional(variables.securityToken, visibleAscii);
    const projectId = inputProjectId ?? optional(variables.projectId, projectIdOf, PROJECT_ID);
    if (accessKey === undefined || secretKey === undefined)
        return undefined;
    return {
        kind: 'access_keys',
        keys: { accessKey, secretKey, securityToken, projectId },
        source: `the variables ${variables.accessKey} and ${variables.secretKey} (${variables.tool})`,
    };
}
const NOTHING_GIVEN = 'no credentials are given: they take token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn; ' +
    `without these inputs the variables ${TOOLS.map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`).join(', ')} count`;
function jobIdentityOf(environment) {
    const repository = environment['GITHUB_REPOSITORY'] ?? '';
    const runId = environment['GITHUB_RUN_ID'] ?? '';
    return {
        idTokenUrl: environment[ID_TOKEN_URL_VARIABLE] ?? '',
        idTokenBearer: environment[ID_TOKEN_BEARER_VARIABLE] ?? '',
        sessionName: sessionNameOf(repository, runId),
    };
}
function sessionNameOf(repository, runId) {
    const name = `codearts-build-gate-${repository}-${runId}`.replace(/[^0-9A-Za-z_-]+/g, '-');
    return name.slice(-128).replace(/^-+|-+$/g, '');
}
function visibleAscii(text) {
    return /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}
function accessKeyId(text) {
    return text.includes(',') ? undefined : visibleAscii(text);
}
function projectIdOf(text) {
    return /^[0-9A-Za-z_-]{1,64}$/.test(text) ? text : undefined;
}
function isUrn(text, type) {
    const [scheme, service, account = '', kind, ...name] = text.split(':');
    return (scheme === 'iam' && service === '' && account !== '' && kind === type && /^\P{Cc}+$/u.test(name.join(':')));
}

;// CONCATENATED MODULE: ./lib/src/codearts/regions.js
const OTHER_HOSTS = {
    'eu-west-101': 'build-backend.eu-west-101.myhuaweicloud.eu',
};
const DEFAULT_REGION = 'cn-north-4';
function isRegion(text) {
    return /^[a-z]{2}-[a-z]{2,20}-[0-9]{1,3}$/.test(text);
}
function endpointOf(region) {
    return new URL(`https://${OTHER_HOSTS[region] ?? `cloudbuild-ext.${region}.myhuaweicloud.com`}`);
}
function stsEndpointOf(region) {
    return new URL(`https://sts.${region}.myhuaweicloud.${region === 'eu-west-101' ? 'eu' : 'com'}`);
}

;// CONCATENATED MODULE: ./lib/src/edit-distance.js
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

;// CONCATENATED MODULE: ./lib/src/waiting-inputs.js

function parseBuildNo(text) {
    return text === 'latest' ? text : buildNoOf(text);
}
function parseCommit(text) {
    return /^[0-9A-Fa-f]{7,64}$/.test(text) ? text : undefined;
}
const TIMEOUT_MINUTES = { min: 0, max: 1_440, isAboveMin: true };
const POLL_INTERVAL_SECONDS = { min: 1, max: 300 };
const DISCOVERY_MINUTES = { min: 0, max: 1_440 };
function rangeWords({ min, max, isAboveMin }) {
    return isAboveMin === true ? `a number above ${min}, at most ${max}` : `a number from ${min} to ${max}`;
}
function numberIn({ min, max, isAboveMin }) {
    return text => {
        if (!/^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(text))
            return undefined;
        const value = Number(text);
        const isInside = (isAboveMin === true ? value > min : value >= min) && value <= max;
        return isInside ? value : undefined;
    };
}

;// CONCATENATED MODULE: ./lib/src/inputs.js







const INPUTS = {
    job_id: { required: true },
    build_no: {},
    commit: {},
    branch: {},
    wait: { default: 'false' },
    timeout_minutes: { default: '60' },
    poll_interval_seconds: { default: '15' },
    discovery_minutes: { default: '5' },
    fail_unless_success: { default: 'true' },
    token: { secret: true },
    access_key: { secret: true },
    secret_key: { secret: true },
    security_token: { secret: true },
    project_id: {},
    oidc_provider_urn: {},
    oidc_agency_urn: {},
    oidc_audience: {},
    sts_endpoint: {},
    region: {},
    endpoint: {},
    api_version: { default: 'auto' },
    summary: { default: 'true' },
    log_lines: { default: '50' },
};
const REGION_VARIABLES = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'];
const MAX_LOG_LINES = 1_000;
const MAX_SHOWN_CHARACTERS = 80;
function secretInputs(environment) {
    const inputs = inputNames().filter(name => 'secret' in INPUTS[name]);
    const variables = secretVariables().map(variable => (environment[variable] ?? '').trim());
    return [...inputs.map(name => inputs_valueOf(environment, name)), ...variables];
}
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
    const buildNo = read('build_no', BUILD_NO_TAKES, parseBuildNo);
    if (inputs_valueOf(environment, 'build_no') === '' && inputs_valueOf(environment, 'commit') === '')
        problems.push(`build_no is missing: it takes ${BUILD_NO_TAKES}, and may be left out when commit is given`);
    const region = read('region', 'a region name such as cn-north-4', parseRegion);
    const endpoint = read('endpoint', ENDPOINT_TAKES, parseEndpoint);
    const failUnlessSuccess = read('fail_unless_success', 'true or false', parseBoolean);
    const apiVersions = read('api_version', 'auto, v3, v1 or v4', parseApiVersion);
    const summary = read('summary', 'true or false', parseBoolean);
    const commit = read('commit', '7 to 64 hexadecimal digits', parseCommit);
    const branch = inputs_valueOf(environment, 'branch');
    const patience = readPatience(read);
    const logLines = read('log_lines', `a whole number from 0 to ${MAX_LOG_LINES} in digits`, parseLogLines);
    let knownRegion = region;
    const effectiveRegion = () => (knownRegion ??= regionOfEnvironment(environment, problems));
    const effectiveEndpoint = endpoint ?? endpointOf(effectiveRegion());
    const stsEndpoint = read('sts_endpoint', ENDPOINT_TAKES, parseEndpoint);
    const credentials = chooseCredentials({
        environment,
        stsEndpoint: () => stsEndpoint ?? stsEndpointOf(effectiveRegion()),
        isGiven: name => inputs_valueOf(environment, name) !== '',
        read,
        problems,
    });
    if (problems.length > 0 || jobId === undefined || credentials === undefined) {
        return { ok: false, problems, summary: summary ?? true };
    }
    return {
        ok: true,
        inputs: {
            jobId,
            buildNo,
            expected: { commit, branch: branch === '' ? undefined : branch },
            patience,
            credentials,
            endpoint: effectiveEndpoint,
            failUnlessSuccess: failUnlessSuccess ?? true,
            apiVersions: apiVersions ?? API_VERSIONS.auto,
            summary: summary ?? true,
            logLines: logLines ?? Number(INPUTS.log_lines.default),
        },
    };
}
const BUILD_NO_TAKES = `a whole number from 1 to ${MAX_BUILD_NO} in digits, or latest`;
function readPatience(read) {
    const wait = read('wait', 'true or false', parseBoolean);
    const minutes = read('timeout_minutes', rangeWords(TIMEOUT_MINUTES), numberIn(TIMEOUT_MINUTES));
    const seconds = read('poll_interval_seconds', rangeWords(POLL_INTERVAL_SECONDS), numberIn(POLL_INTERVAL_SECONDS));
    const discovery = read('discovery_minutes', rangeWords(DISCOVERY_MINUTES), numberIn(DISCOVERY_MINUTES));
    if (wait !== true || minutes === undefined || seconds === undefined || discovery === undefined)
        return undefined;
    return { timeoutMs: minutes * 60_000, longestPauseMs: seconds * 1_000, discoveryMs: discovery * 60_000 };
}
function inputNames() {
    return Object.keys(INPUTS);
}
function inputs_valueOf(environment, name) {
    const declaration = INPUTS[name];
    const given = (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim();
    return given === '' ? (declaration.default ?? '') : given;
}
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
function parseLogLines(text) {
    const lines = /^[0-9]{1,4}$/.test(text) ? Number(text) : Infinity;
    return lines <= MAX_LOG_LINES ? lines : undefined;
}
function parseRegion(text) {
    return isRegion(text) ? text : undefined;
}
function parseBoolean(text) {
    if (['true', 'True', 'TRUE'].includes(text))
        return true;
    return ['false', 'False', 'FALSE'].includes(text) ? false : undefined;
}
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
    if (!/^https?:\/\/[^/\s\\?#@][^\s\\?#@]*$/i.test(text) || !URL.canParse(text))
        return undefined;
    const url = new URL(text);
    if (!isSecure(url))
        return undefined;
    url.pathname = url.pathname.replace(/\/+$/, '');
    return url;
}
function shown(name, text) {
    if ('secret' in INPUTS[name])
        return `not fit for a header (it has ${oddCharacter(text)})`;
    if (['endpoint', 'sts_endpoint'].includes(name) && /[@?#]/.test(text))
        return 'a URL with user, password, query or fragment';
    return quoted(text);
}
function oddCharacter(secret) {
    if (/[\r\n]/.test(secret))
        return 'a line end';
    if (/\s/.test(secret))
        return 'a blank';
    if (secret.includes(','))
        return 'a comma';
    return 'a character outside of visible ASCII';
}
function quoted(text) {
    return `"${shorten(text, MAX_SHOWN_CHARACTERS)}"`;
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = process.getBuiltinModule("node:fs");
;// CONCATENATED MODULE: ./lib/src/secrets.js
const PIECE_LENGTH = 8;
const PASSING_PIECE_LENGTH = 16;
const REDACTED = '***';
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
const SIGN_OF_SPELLING = /[%&\\]/;
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
const ASCII = /^[\0-\x7f]*$/;
function folded(text) {
    const view = text.replaceAll('+', ' ');
    return ASCII.test(view) ? view.toLowerCase() : view.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}
function createSecrets(mask) {
    const short = new Set();
    const asGiven = new Pieces(PIECE_LENGTH);
    const spelled = new Pieces(PIECE_LENGTH);
    const unspelled = [];
    let passing = new Pieces(PASSING_PIECE_LENGTH);
    const inAnySpelling = () => {
        for (const line of unspelled.splice(0))
            for (const spelling of SPELLINGS)
                spelled.add(folded(spelling(line)));
        return spelled;
    };
    return {
        add(secret) {
            for (const line of secret.split(/[\r\n]+/)) {
                if (line === '')
                    continue;
                mask(line);
                if (line.length < PIECE_LENGTH)
                    short.add(line);
                asGiven.add(folded(line));
                unspelled.push(line);
            }
        },
        addPassing(secret) {
            mask(secret);
            passing = new Pieces(PASSING_PIECE_LENGTH);
            passing.add(folded(secret));
        },
        redact(text) {
            const kept = SIGN_OF_SPELLING.test(text) ? inAnySpelling() : asGiven;
            let redacted = kept.redact(passing.redact(text));
            for (const secret of short)
                redacted = redacted.replaceAll(secret, REDACTED);
            return redacted;
        },
    };
}
const SEED_LENGTH = 5;
const secrets_MAX_SEARCHED_CHARACTERS = 16_384;
class Pieces {
    #length;
    #texts = new Set();
    #allTexts = '';
    #searchedCharacters = 0;
    #pieces;
    constructor(length) {
        this.#length = length;
    }
    add(text) {
        if (text.length < this.#length || this.#texts.has(text))
            return;
        this.#texts.add(text);
        this.#allTexts += `${text}\n`;
        this.#pieces = undefined;
    }
    redact(text) {
        const view = folded(text);
        if (!this.#mayHold(view))
            return text;
        const pieces = (this.#pieces ??= this.#all());
        const length = this.#length;
        let kept = '';
        let keptUntil = 0;
        for (let at = 0; at + length <= text.length; at++) {
            if (!pieces.has(view.slice(at, at + length)))
                continue;
            let end = at + length;
            while (end < text.length && pieces.has(view.slice(end - length + 1, end + 1)))
                end++;
            kept += text.slice(keptUntil, at) + REDACTED;
            keptUntil = end;
            at = end - 1;
        }
        return kept + text.slice(keptUntil);
    }
    #mayHold(view) {
        if (this.#allTexts === '')
            return false;
        this.#searchedCharacters += view.length;
        if (this.#pieces !== undefined || this.#searchedCharacters > secrets_MAX_SEARCHED_CHARACTERS)
            return true;
        const step = this.#length - SEED_LENGTH + 1;
        for (let at = 0; at + SEED_LENGTH <= view.length; at += step) {
            if (this.#allTexts.includes(view.slice(at, at + SEED_LENGTH)))
                return true;
        }
        return false;
    }
    #all() {
        const pieces = new Set();
        for (const text of this.#texts) {
            for (let at = 0; at + this.#length <= text.length; at++)
                pieces.add(text.slice(at, at + this.#length));
        }
        return pieces;
    }
}

;// CONCATENATED MODULE: ./lib/src/report/commands.js


const EOL = process.platform === 'win32' ? '\r\n' : '\n';
function printLine(text) {
    process.stdout.write(text + EOL);
}
function printCommand(name, text, title = '') {
    const properties = title === '' ? '' : ` title=${escapeProperty(title)}`;
    printLine(`::${name}${properties}::${escapeData(text)}`);
}
function appendOutputs(file, outputs) {
    if (!(0,external_node_fs_namespaceObject.existsSync)(file))
        throw new Error(`Missing file at path: ${file}`);
    const delimiter = `ghadelimiter_${(0,external_node_crypto_namespaceObject.randomUUID)()}`;
    const lines = Object.entries(outputs).flatMap(([name, value]) => [
        `${name}<<${delimiter}`,
        value,
        delimiter,
    ]);
    (0,external_node_fs_namespaceObject.appendFileSync)(file, lines
        .map(line => line + EOL)
        .join('')
        .toWellFormed());
}
function escapeData(text) {
    return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
function escapeProperty(text) {
    return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

;// CONCATENATED MODULE: ./lib/src/report/annotation.js


const MAX_ANNOTATION_CHARACTERS = 3_500;
const annotation_MAX_LINE_CHARACTERS = 10_000;
function createAnnotations(options) {
    const { isRunner, isDebug } = options;
    const safe = (text, maxCharacters) => shorten(logLine(options.redact(text)), maxCharacters);
    const line = (text) => safe(text, annotation_MAX_LINE_CHARACTERS);
    const annotate = (level, title, sentence) => {
        const text = safe(sentence, MAX_ANNOTATION_CHARACTERS);
        if (isRunner)
            printCommand(level, text, line(title));
        else
            printLine(`${level === 'error' ? 'Error' : 'Warning'}: ${line(title)}: ${text}`);
    };
    return {
        info: text => {
            printLine(line(text));
        },
        debug: text => {
            if (!isDebug)
                return;
            if (isRunner)
                printCommand('debug', line(text));
            else
                printLine(`Debug: ${line(text)}`);
        },
        startGroup: title => {
            if (isRunner)
                printCommand('group', line(title));
            else
                printLine(line(title));
        },
        endGroup: () => {
            if (isRunner)
                printCommand('endgroup', '');
        },
        error: (title, sentence) => {
            annotate('error', title, sentence);
        },
        warning: (title, sentence) => {
            annotate('warning', title, sentence);
        },
        logLines: (heading, lines) => {
            if (isRunner)
                printCommand('group', line(heading));
            else
                printLine(line(heading));
            for (const text of lines)
                printLine(colouredLogLine(text));
            if (isRunner)
                printCommand('endgroup', '');
        },
        mask: text => {
            if (isRunner)
                printCommand('add-mask', text);
        },
    };
}

;// CONCATENATED MODULE: ./lib/src/report/log-block.js

const log_block_MAX_LOG_BYTES = 400 * 1024;
function renderLog(tail, redact) {
    const lines = lastThatFit(tail.lines.map(line => htmlLogLine(redact(line))));
    if (lines.length === 0)
        return '<p>The log of the build is empty.</p>';
    const head = `<details>\n<summary>${logTitle(lines.length, tail.totalBytes)}</summary>`;
    return `${head}\n<pre><code>${lines.join('\n')}</code></pre>\n</details>`;
}
function logTitle(lineCount, totalBytes) {
    const what = lineCount === 1 ? 'The last line' : `The last ${lineCount} lines`;
    return `${what} of the build\u2019s log (${log_block_size(totalBytes)} in all)`;
}
function lastThatFit(lines) {
    let bytes = 0;
    for (let from = lines.length; from > 0; from--) {
        bytes += Buffer.byteLength(lines[from - 1] ?? '') + 1;
        if (bytes > log_block_MAX_LOG_BYTES)
            return lines.slice(from);
    }
    return lines;
}
function log_block_size(bytes) {
    if (bytes < 1024)
        return `${bytes} B`;
    if (bytes < 1024 * 1024)
        return `${(bytes / 1024).toFixed(1)} KiB`;
    return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

;// CONCATENATED MODULE: ./lib/src/report/outputs.js



const FIELD_NAMES = Object.keys(RECORD_FIELDS);
const OUTPUT_NAMES = [
    ...FIELD_NAMES,
    'record',
    'success',
    'reason',
    'duration_seconds',
];
function createOutputs(file) {
    const set = (outputs) => {
        if (file === undefined)
            return;
        try {
            appendOutputs(file, outputs);
        }
        catch (error) {
            throw new Error(`the outputs could not be written to the file that GITHUB_OUTPUT names: ${messageOf(error)}`, {
                cause: error,
            });
        }
    };
    return {
        setRecord({ fields, whole }) {
            set({
                success: 'false',
                ...fields,
                record: JSON.stringify(whole),
                duration_seconds: secondsOf(fields.duration),
            });
        },
        setReason(reason) {
            set({ success: 'false', reason });
        },
        succeed() {
            set({ success: 'true' });
        },
    };
}
function secondsOf(durationMs) {
    if (durationMs === '')
        return '';
    const seconds = Number(durationMs) / 1_000;
    return Math.abs(seconds) < 1e15 ? seconds.toFixed(6).replace(/\.?0+$/, '') : '';
}

;// CONCATENATED MODULE: ./lib/src/report/duration.js
function duration(ms) {
    if (ms < 9_950)
        return `${Number((ms / 1_000).toFixed(1))} s`;
    const seconds = Math.round(ms / 1_000);
    if (seconds < 60)
        return `${seconds} s`;
    if (seconds < 3_600)
        return duration_joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
    const minutes = Math.round(seconds / 60);
    return duration_joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}
function duration_joined(large, largeUnit, small, smallUnit) {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

;// CONCATENATED MODULE: ./lib/src/report/stage-table.js



const MAX_STAGES = 50;
const MAX_NAME_CHARACTERS = 200;
function renderStages(stages, redact) {
    if (stages.length === 0)
        return undefined;
    const rows = stages.slice(0, MAX_STAGES).map(stage => renderRow(stage, text => inert(redact(text))));
    const left = stages.length - MAX_STAGES;
    if (left > 0)
        rows.push(`<tr><td></td><td colspan="3">and ${left} more</td></tr>`);
    return `<table>\n<tr><th></th><th>Stage</th><th>Status</th><th>Duration</th></tr>\n${rows.join('\n')}\n</table>`;
}
function renderRow({ name, status, duration: ms }, shown) {
    const failed = isFailedStatus(status);
    const mark = failed ? '\u274c' : status === 'SUCCESS' ? '\u2705' : '\u2796';
    const code = `<code>${shown(name)}</code>`;
    const took = ms === '' ? '' : duration(Number(ms));
    return `<tr><td>${mark}</td><td>${failed ? `<b>${code}</b>` : code}</td><td>${status === '' ? '' : `<code>${shown(status)}</code>`}</td><td>${took}</td></tr>`;
}
function stagesLine(stages) {
    const shown = stages
        .slice(0, MAX_STAGES)
        .map(({ name, status, duration: ms }) => [name, status, ms === '' ? '' : duration(Number(ms))].filter(word => word !== '').join(' '));
    return shown.join(', ');
}
function inert(text) {
    return html(shorten(text, MAX_NAME_CHARACTERS));
}

;// CONCATENATED MODULE: ./lib/src/report/timeline.js

const PHASES = [
    { name: 'Scheduled', from: 'create_time', to: 'schedule_time' },
    { name: 'Queued', from: 'queued_time', to: 'start_time' },
    { name: 'Built', from: 'start_time', to: 'finish_time' },
];
const MAX_SPAN_MS = 7 * 24 * 60 * 60 * 1_000;
function renderTimeline({ fields }, success) {
    const all = PHASES.flatMap(({ name, from, to }) => barOf(name, fields[from], fields[to]));
    const endMs = Math.max(...all.map(bar => bar.endMs));
    const bars = all.filter(bar => endMs - bar.startMs <= MAX_SPAN_MS);
    if (bars.length === 0)
        return undefined;
    const lines = bars.map(({ name, startMs, endMs }) => {
        const state = name !== 'Built' ? 'done' : success ? 'active' : 'crit';
        return `    ${name} (${duration(endMs - startMs)}) :${state}, ${startMs}, ${endMs - startMs}ms`;
    });
    const axis = axisOf(endMs - Math.min(...bars.map(bar => bar.startMs)));
    const head = ['gantt', '    title When it was built, in your time zone', '    dateFormat x', ...axis];
    return ['```mermaid', ...head, ...lines, '```'].join('\n');
}
const TICKS = [
    ['1second', 1_000],
    ['5second', 5_000],
    ['15second', 15_000],
    ['30second', 30_000],
    ['1minute', 60_000],
    ['5minute', 300_000],
    ['15minute', 900_000],
    ['1hour', 3_600_000],
    ['6hour', 21_600_000],
];
const MAX_MARKS = 6;
function axisOf(spanMs) {
    const [name, ms] = TICKS.find(([, ms]) => spanMs / ms <= MAX_MARKS) ?? ['1day', 86_400_000];
    const format = ms < 60_000 ? '%H:%M:%S' : ms < 21_600_000 ? '%H:%M' : '%b %d, %H:%M';
    return [`    axisFormat ${format}`, `    tickInterval ${name}`];
}
function barOf(name, from, to) {
    const startMs = timeline_timeOf(from);
    const endMs = timeline_timeOf(to);
    return startMs === undefined || endMs === undefined || startMs >= endMs ? [] : [{ name, startMs, endMs }];
}
function timeline_timeOf(text) {
    if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$/.test(text))
        return undefined;
    const ms = Date.parse(text);
    return ms >= 0 ? ms : undefined;
}

;// CONCATENATED MODULE: ./lib/src/report/summary.js








const MAX_VALUE_CHARACTERS = 500;
const MAX_SENTENCE_CHARACTERS = 4_000;
const summary_MAX_COMMIT_CHARACTERS = 12;
const HEADINGS = {
    success: 'the build succeeded',
    failed: 'the build failed',
    aborted: 'the build was aborted',
    timed_out: 'the build timed out',
    running: 'the build is not over',
    unknown_status: 'the build ended with an unknown status',
    commit_mismatch: 'the build is of another commit',
    branch_mismatch: 'the build is of another branch',
    wait_timeout: 'the build was not over in time',
    not_found: 'there is no such build',
    unauthorized: 'the credentials were refused',
    forbidden: 'the credentials may not see the build',
    throttled: 'the service is throttling',
    unreachable: 'the service could not be reached',
    invalid_response: 'the answer could not be used',
    service_error: 'the service reported an error',
    invalid_input: 'the inputs are not right',
    cancelled: 'the step was cancelled',
    internal_error: 'the gate itself failed',
};
function renderSummary(ending, diagnosis, redact) {
    const { success, reason, record } = ending;
    const blocks = [
        `## ${success ? '\u2705' : '\u274c'} CodeArts Build Gate: ${HEADINGS[reason]}`,
        record && renderVerdict(record, redact),
        renderWhy(ending, redact),
        record && renderTimeline(record, success),
        diagnosis?.stages && renderStages(diagnosis.stages, redact),
        diagnosis?.log && renderLog(diagnosis.log, redact),
        diagnosis && renderNotices(diagnosis.notices.map(redact)),
        record && renderRecord(record, redact),
    ];
    return `${blocks.filter(block => block !== undefined).join('\n\n')}\n`;
}
function renderVerdict({ fields }, redact) {
    const tookMs = Number(fields.duration);
    const shown = (name) => redact(fields[name]);
    const parts = [
        summary_named('Build', shown('build_no')) + summary_named(' of job', shown('codeci_job_id')),
        code(shown('status')) + (tookMs > 0 ? ` after <b>${duration(tookMs)}</b>` : ''),
        summary_named('branch', shown('branch')),
        summary_named('tag', shown('tag')),
        summary_named('commit', shown('commit').slice(0, summary_MAX_COMMIT_CHARACTERS)),
    ];
    return `<p>${parts.filter(part => part !== '').join(' \u00b7 ')}</p>`;
}
function summary_named(name, value) {
    return value === '' ? '' : `${name} ${code(value)}`;
}
function renderWhy(ending, redact) {
    const { success, reason, advice, record, warnings } = ending;
    const rows = [
        ['What happened', clauses(redact(factsOf(ending)))],
        [
            'The build says',
            record === undefined ? '' : code(redact(record.fields.err_msg), MAX_SENTENCE_CHARACTERS),
        ],
        ['What to do', advice === undefined ? '' : html(capitalized(redact(advice)))],
        ['Reason', success ? '' : code(reason)],
        ...warnings.map(warning => ['Warning', clauses(redact(warning))]),
    ].filter(([, content]) => content !== '');
    return table(rows.map(([name = '', content]) => `<tr><td><b>${name.replaceAll(' ', '&nbsp;')}</b></td><td>${content}</td></tr>`));
}
function capitalized(clause) {
    return clause.charAt(0).toUpperCase() + clause.slice(1);
}
function clauses(sentence) {
    return shorten(sentence, MAX_SENTENCE_CHARACTERS)
        .split('; ')
        .map(clause => code(clause, MAX_SENTENCE_CHARACTERS))
        .join('<br>');
}
function renderNotices(notices) {
    if (notices.length === 0)
        return undefined;
    return notices.map(notice => `<p>${clauses(notice)}</p>`).join('\n');
}
function renderRecord({ fields }, redact) {
    const rows = Object.keys(RECORD_FIELDS)
        .map(name => [name, fields[name]])
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name, name === 'duration' ? `${secondsOf(value)} s` : value])
        .map(([name, value]) => `<tr><td>${name}</td><td>${code(redact(value))}</td></tr>`);
    return `<details>\n<summary>The whole record</summary>\n${table(['<tr><th>Field</th><th>Value</th></tr>', ...rows])}\n</details>`;
}
function table(rows) {
    return `<table>\n${rows.join('\n')}\n</table>`;
}
function code(text, maxCharacters = MAX_VALUE_CHARACTERS) {
    return text === '' ? '' : `<code>${html(shorten(text, maxCharacters))}</code>`;
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
    const outputs = createOutputs(given(environment['GITHUB_OUTPUT']));
    let isSaid = false;
    return {
        log: annotations,
        secrets,
        mask: text => {
            annotations.mask(text);
        },
        record(record) {
            outputs.setRecord(record);
        },
        end(ending, softly) {
            outputs.setReason(ending.reason);
            announce(ending, softly, annotations);
            isSaid = !ending.success && !softly;
        },
        diagnosis(diagnosis) {
            showDiagnosis(diagnosis, annotations);
        },
        summary(ending, diagnosis) {
            const file = given(environment['GITHUB_STEP_SUMMARY']);
            if (file !== undefined) {
                const redact = (text) => secrets.redact(text);
                writeSummary(file, () => renderSummary(ending, diagnosis, redact), annotations);
            }
        },
        succeed() {
            outputs.succeed();
        },
        lastWords(what, error) {
            if (isSaid)
                return;
            isSaid = true;
            annotations.error(`${TITLE}: internal_error`, `The gate ended in a way that nobody planned: ${what}; please report it, with the log of a run with debug logging`);
            for (const line of stackOf(error).split('\n'))
                annotations.debug(line);
            try {
                outputs.setReason('internal_error');
            }
            catch (failure) {
                annotations.debug(`The outputs could not be written: ${messageOf(failure)}`);
            }
        },
    };
}
function announce({ success, reason, sentence, warnings }, softly, log) {
    for (const warning of warnings)
        log.warning(TITLE, warning);
    if (success)
        log.info(sentence);
    else if (softly)
        log.warning(`${TITLE}: ${reason}`, `${sentence}; the step passes all the same`);
    else
        log.error(`${TITLE}: ${reason}`, sentence);
}
function showDiagnosis({ stages = [], log, notices }, annotations) {
    harmlessly('What is known of the failed build could not be shown', annotations, () => {
        if (stages.length > 0)
            annotations.info(`Stages: ${stagesLine(stages)}`);
        if (log !== undefined)
            annotations.logLines(logTitle(log.lines.length, log.totalBytes), log.lines);
        for (const notice of notices)
            annotations.info(notice);
    });
}
function writeSummary(file, render, annotations) {
    harmlessly('The job summary could not be written', annotations, () => {
        (0,external_node_fs_namespaceObject.appendFileSync)(file, render().toWellFormed());
    });
}
function harmlessly(failure, annotations, inform) {
    try {
        inform();
    }
    catch (error) {
        annotations.warning(TITLE, `${failure}: ${messageOf(error)}`);
    }
}
function given(value) {
    return value === '' ? undefined : value;
}

;// CONCATENATED MODULE: ./lib/src/unplanned.js

function reportUnplannedEnds(report, isOver) {
    const die = (error) => {
        report.lastWords(messageOf(error), error);
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

;// CONCATENATED MODULE: ./lib/src/run.js







async function run(environment) {
    const report = createReport(environment);
    const cancel = cancelOnSignals();
    let isOver = false;
    reportUnplannedEnds(report, () => isOver);
    hideSecrets(environment, report);
    const read = readInputs(environment);
    const gate = read.ok ? assemble(read.inputs, report, cancel) : undefined;
    const ending = gate === undefined ? refused(read) : await gate.judge();
    const mayEndGreen = mayPass(ending, read.ok ? read.inputs.failUnlessSuccess : true);
    report.end(ending, mayEndGreen && !ending.success);
    const diagnosis = await gate?.explain(ending);
    if (diagnosis !== undefined)
        report.diagnosis(diagnosis);
    if (read.ok ? read.inputs.summary : read.summary)
        report.summary(ending, diagnosis);
    await everythingPrinted();
    await signalsHeard();
    const passes = mayEndGreen && !cancel.aborted;
    if (mayEndGreen && !passes)
        report.end(cancelledLate(ending), false);
    if (passes && ending.success)
        report.succeed();
    isOver = true;
    return passes;
}
function hideSecrets(environment, report) {
    const { passwords, users } = proxySecrets(environment);
    for (const secret of [...secretInputs(environment), ...passwords])
        report.secrets.add(secret);
    for (const user of users)
        report.mask(user);
}
function cancelledLate({ record }) {
    const sentence = 'Cancelled after the verdict and before the end of the step, which therefore does not pass';
    return { success: false, reason: 'cancelled', sentence, record, warnings: [] };
}
function refused(read) {
    const problems = read.ok ? [] : read.problems;
    const sentence = `No request was sent, because the inputs are not right: ${problems.join('; ')}`;
    return { success: false, reason: 'invalid_input', sentence, warnings: [] };
}
async function everythingPrinted() {
    await new Promise(resolve => {
        setTimeout(resolve, 500);
        process.stdout.write('', () => {
            resolve();
        });
    });
}
function signalsHeard() {
    return new Promise(resolve => {
        setImmediate(() => setImmediate(resolve));
    });
}


/***/ }),

/***/ 616:
/***/ (() => {

process.exitCode = 1;



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
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(210);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
