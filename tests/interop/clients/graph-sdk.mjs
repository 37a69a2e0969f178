// The seven operations and their errors through @microsoft/msgraph-sdk for TypeScript, against a server that BASE_URL names.
//
//   npm install --no-save --prefix clients @microsoft/msgraph-sdk@1.0.0-preview.90 @microsoft/msgraph-sdk-users@1.0.0-preview.90
// It is run from a copy beside `node_modules`, where modules look for it.

import assert from "node:assert/strict";

import { AllowedHostsValidator, BaseBearerTokenAuthenticationProvider } from "@microsoft/kiota-abstractions";
import { HttpClient, MiddlewareFactory } from "@microsoft/kiota-http-fetchlibrary";
import { createGraphServiceClient, GraphRequestAdapter } from "@microsoft/msgraph-sdk";
import "@microsoft/msgraph-sdk-users";

const { BASE_URL, TOKEN, MEMBER } = process.env;
const MOBILE = "3179e48a-750b-4051-897c-87b9720928f7";
const OFFICE = "e37fc753-ff3b-4958-9484-eaa9425c82bc";

/** What went over the wire, to see that bodies were packed. */
const packed = [];

async function recordingFetch(url, options) {
  const response = await fetch(url, options);
  const coding = new Headers(options.headers).get("content-encoding");
  if (coding) {
    packed.push({ method: options.method, coding, status: response.status });
  }
  return response;
}

/** A client for one version, with a token of its own. It gzips every body, as the SDK for Go does by default. */
function client(version, token = TOKEN) {
  const tokens = { getAuthorizationToken: async () => token, getAllowedHostsValidator: () => new AllowedHostsValidator() };
  const http = new HttpClient(undefined, ...MiddlewareFactory.getPerformanceMiddlewares(recordingFetch));
  const adapter = new GraphRequestAdapter(new BaseBearerTokenAuthenticationProvider(tokens), undefined, undefined, http);
  adapter.baseUrl = `${BASE_URL}/${version}`;
  return createGraphServiceClient(adapter);
}

/** What a refusal looks like to whoever catches it. */
async function refused(call, status, code) {
  await assert.rejects(call, (error) => {
    assert.equal(error.responseStatusCode, status);
    assert.match(error.errorEscaped?.code ?? "", code);
    assert.ok(error.errorEscaped.message.length > 0, "a refusal says why");
    assert.ok(error.errorEscaped.innerError.requestId, "a refusal has a request-id");
    return true;
  });
}

for (const version of ["v1.0", "beta"]) {
  const phones = client(version).users.byUserId(MEMBER).authentication.phoneMethods;
  const [mobile, office] = [MOBILE, OFFICE].map((id) => phones.byPhoneAuthenticationMethodId(id));

  for (const phone of (await phones.get()).value) {
    await phones.byPhoneAuthenticationMethodId(phone.id).delete();
  }

  const created = await phones.post({ phoneNumber: "+1 2065550100", phoneType: "mobile" });
  assert.deepEqual([created.id, created.phoneType, created.smsSignInState], [MOBILE, "mobile", "ready"]);
  await phones.post({ odataType: "#microsoft.graph.phoneAuthenticationMethod", phoneNumber: "+1 2065550101", phoneType: "office" });

  assert.deepEqual((await phones.get()).value.map((phone) => phone.phoneType).sort(), ["mobile", "office"]);
  const numbers = await phones.get({ queryParameters: { select: ["phoneNumber"], orderby: ["phoneNumber desc"], count: true } });
  assert.deepEqual(numbers.value.map((phone) => phone.phoneNumber), ["+1 2065550101", "+1 2065550100"]);
  assert.equal(numbers.odataCount, 2);
  const mobiles = await phones.get({ queryParameters: { filter: "phoneType eq 'mobile' and smsSignInState ne 'notSupported'" } });
  assert.deepEqual(mobiles.value.map((phone) => phone.id), [MOBILE]);
  const page = await phones.get({ queryParameters: { top: 1 } });
  const rest = await phones.withUrl(page.odataNextLink).get();
  assert.deepEqual([...page.value, ...rest.value].map((phone) => phone.id).sort(), [MOBILE, OFFICE]);
  const methods = await client(version).users.byUserId(MEMBER).authentication.methods.get();
  assert.deepEqual(methods.value.map((method) => method.odataType), Array(2).fill("#microsoft.graph.phoneAuthenticationMethod"));

  await mobile.disableSmsSignIn.post();
  assert.notEqual((await mobile.get()).smsSignInState, "ready");
  await mobile.enableSmsSignIn.post();
  assert.equal((await mobile.get()).smsSignInState, "ready");

  await mobile.patch({ phoneNumber: "+1 2065550102", phoneType: "mobile" });
  const changed = await mobile.get();
  assert.equal(changed.phoneNumber, "+1 2065550102");
  // What was read is sent back, with all that belongs to it.
  await mobile.patch({ ...changed, phoneNumber: "+1 2065550103" });
  assert.equal((await mobile.get()).phoneNumber, "+1 2065550103");

  await refused(phones.post({ phoneNumber: "+1 2065550104", phoneType: "mobile" }), 400, /./);
  await refused(phones.post({ phoneNumber: "nonsense", phoneType: "alternateMobile" }), 400, /invalidPhoneNumber/i);
  await refused(mobile.patch({ phoneNumber: "nonsense" }), 400, /invalidPhoneNumber/i);
  await refused(office.enableSmsSignIn.post(), 400, /./);
  await refused(client(version, "nonsense").users.byUserId(MEMBER).authentication.phoneMethods.get(), 401, /InvalidAuthenticationToken/i);
  await refused(client(version).users.byUserId("nobody@contoso.example").authentication.phoneMethods.get(), 404, /./);

  await office.delete();
  await refused(office.get(), 404, /./);
  await refused(office.delete(), 404, /./);
  await mobile.delete();
  assert.deepEqual((await phones.get()).value, []);
}
assert.ok(packed.some(({ method, coding, status }) => method === "POST" && coding === "gzip" && status === 201), "a phone was created from a gzipped body");
assert.ok(packed.some(({ method, coding, status }) => method === "PATCH" && coding === "gzip" && status < 300), "a phone was changed by a gzipped body");
assert.ok(packed.every(({ status }) => status !== 415), "no body had to be sent again unpacked");
console.log("msgraph-sdk for TypeScript: all calls behave");
