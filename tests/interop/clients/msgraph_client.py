"""The seven operations and their errors through msgraph-sdk, against a server that BASE_URL names.

    python3 -m venv clients && clients/bin/pip install msgraph-sdk==1.65.0
    BASE_URL=… TOKEN=… MEMBER=… clients/bin/python tests/interop/clients/msgraph_client.py
"""

import asyncio
import os

from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator, BaseBearerTokenAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.authentication_method_sign_in_state import AuthenticationMethodSignInState as State
from msgraph.generated.models.authentication_phone_type import AuthenticationPhoneType as Type
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.phone_authentication_method import PhoneAuthenticationMethod as Phone
from msgraph.generated.users.item.authentication.phone_methods.phone_methods_request_builder import PhoneMethodsRequestBuilder as Builder

BASE_URL, TOKEN, MEMBER = (os.environ[name] for name in ("BASE_URL", "TOKEN", "MEMBER"))
MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
OFFICE = "e37fc753-ff3b-4958-9484-eaa9425c82bc"


class Token(AccessTokenProvider):
    """Gives out one token, whatever it is asked for."""

    def __init__(self, token: str):
        self.token = token

    async def get_authorization_token(self, uri, additional_authentication_context=None) -> str:
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


def client(token: str = TOKEN) -> GraphServiceClient:
    """A client with a token of its own."""
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token(token)))
    adapter.base_url = f"{BASE_URL}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


async def refused(call, status: int, code: str = "") -> None:
    """Whoever catches a refusal sees its status, its code and why."""
    try:
        await call
    except ODataError as error:
        assert error.response_status_code == status, error
        assert error.error.code and code.lower() in error.error.code.lower(), error
        assert error.error.message, error
        assert error.error.inner_error.request_id, error
    else:
        raise AssertionError(f"a refusal with {status} was expected")


async def main() -> None:
    phones = client().users.by_user_id(MEMBER).authentication.phone_methods
    for phone in (await phones.get()).value:
        await phones.by_phone_authentication_method_id(phone.id).delete()
    mobile, office = (phones.by_phone_authentication_method_id(id) for id in (MOBILE, OFFICE))

    created = await phones.post(Phone(phone_number="+1 2065550100", phone_type=Type.Mobile))
    assert (created.id, created.phone_type, created.sms_sign_in_state) == (MOBILE, Type.Mobile, State.Ready), created
    await phones.post(Phone(phone_number="+1 2065550101", phone_type=Type.Office))

    listed = await phones.get()
    assert listed.additional_data["@odata.context"].endswith("phoneMethods"), listed
    assert {phone.phone_type for phone in listed.value} == {Type.Mobile, Type.Office}, listed
    query = Builder.PhoneMethodsRequestBuilderGetQueryParameters
    numbers = await phones.get(RequestConfiguration(query_parameters=query(select=["phoneNumber"])))
    assert {phone.phone_number for phone in numbers.value} == {"+1 2065550100", "+1 2065550101"}, numbers
    mobiles = await phones.get(RequestConfiguration(query_parameters=query(filter="phoneType eq 'mobile'")))
    assert [phone.id for phone in mobiles.value] == [MOBILE], mobiles

    await mobile.disable_sms_sign_in.post()
    assert (await mobile.get()).sms_sign_in_state != State.Ready
    await mobile.enable_sms_sign_in.post()
    assert (await mobile.get()).sms_sign_in_state == State.Ready

    await mobile.patch(Phone(phone_number="+1 2065550102", phone_type=Type.Mobile))
    assert (await mobile.get()).phone_number == "+1 2065550102"

    await refused(phones.post(Phone(phone_number="+1 2065550103", phone_type=Type.Mobile)), 400)
    await refused(phones.post(Phone(phone_number="nonsense", phone_type=Type.AlternateMobile)), 400, "invalidPhoneNumber")
    await refused(mobile.patch(Phone(phone_number="nonsense")), 400, "invalidPhoneNumber")
    await refused(office.enable_sms_sign_in.post(), 400)
    await refused(client("nonsense").users.by_user_id(MEMBER).authentication.phone_methods.get(), 401, "InvalidAuthenticationToken")
    await refused(client().users.by_user_id("nobody@contoso.example").authentication.phone_methods.get(), 404)

    await office.delete()
    await refused(office.get(), 404)
    await refused(office.delete(), 404)
    await mobile.delete()
    assert (await phones.get()).value == []
    print("msgraph-sdk: all calls behave")


asyncio.run(main())
