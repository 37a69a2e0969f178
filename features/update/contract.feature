@update @contract
Feature: Updating a phone: the contract
  Changes the number of a user's phone.

    PATCH /{version}/users/{id | userPrincipalName}/authentication/phoneMethods/{phone id}
    PATCH /{version}/me/authentication/phoneMethods/{phone id}
    Authorization: Bearer {token}

  The version is v1.0 or beta.
  A phone's id is 3179e48a-750b-4051-897c-87b9720928f7 (mobile), b6332ec1-7057-4abe-9331-3d72feddfe41 (alternateMobile) or
  e37fc753-ff3b-4958-9484-eaa9425c82bc (office).
  Body: An object in JSON (Content-Type: application/json) with phoneNumber and, if need be, phoneType.
  Success: 200 or 204. With 200 comes the phone, with 204 no body.
  Refusal: 401 without a valid token, otherwise any status from 400 to 499 unless a rule names one; with an error object.
  Who may act on somebody else: a signed-in user with UserAuthenticationMethod.ReadWrite.All or
  UserAuthMethod-Phone.ReadWrite.All who is Authentication Administrator or Privileged Authentication Administrator; an
  application with the same permission.
  In the legacy edition, in beta, a Global Administrator may as well.
  Who may act on their own phones, under me or by their own id or userPrincipalName: nobody; in the legacy edition, in beta, a
  signed-in user with UserAuthenticationMethod.ReadWrite, UserAuthMethod-Phone.ReadWrite,
  UserAuthenticationMethod.ReadWrite.All or UserAuthMethod-Phone.ReadWrite.All; no role is needed.
  A personal account may do nothing, and an application may do nothing under me.

  Accepted: PATCH /v1.0/users/kim@contoso.com/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7
    {"phoneNumber": "+1 2065550100"}
    200 {"id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneNumber": "+1 2065550100", "phoneType": "mobile", "smsSignInState": "ready"}
  Refused: 400 {"error": {"code": "invalidRequest", "message": "12345 is no number: the country code is missing."}}

  @id:update.answers-200-or-204 @must @reference @watch:success
  Rule: A successful update answers 200 OK or 204 No Content.
    The pages of the two versions, and even one page with itself, disagree on which of the two it is.
    Source: reference:update + reference:update-beta, Response; resource-beta-ja-en, Methods

    @single-answer
    Scenario: A number is changed
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone
      Then the answer is 200 OK or 204 No Content

  @id:update.answer-is-a-phone @must @stated @watch:phone
  Rule: A successful update answers with the phone, which has its new number and its type, unless it answers 204 No Content.
    Source: resource-beta-ja-en, Namespace; resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; resource-beta-ja-en, JSON representation; reference:update-beta, Response

    @single-answer
    Scenario Outline: The answer to a changed <type> phone shows the new number
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator changes the number of the user's <type> phone
      Then the answer, if there is one, shows the phone as requested

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:update.addressed-by-user-principal-name @must @reference
  Rule: The user whose phone is updated may be addressed by user principal name.
    Source: reference:update, HTTP request

    Scenario: A phone of a user principal name is updated
      Given a user with a mobile and an office phone
      When the administrator changes the number of the user's mobile phone by user principal name
      Then the request succeeds
      And the user has a mobile and an office phone

  @id:update.body-is-a-json-object @must @reference @last
  Rule: The body of an update is the JSON representation of a phoneAuthenticationMethod.
    Source: reference:update, Request body

    @single-answer
    Scenario Outline: A body that is <kind> is refused
      Given a user with a mobile phone
      When the administrator updates the user's mobile phone from the body <body>
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | kind                  | body                            |
        | an array              | [{"phoneNumber": "NUMBER"}]     |
        | a string              | "NUMBER"                        |
        | cut off               | {"phoneNumber": "NUMBER"        |
        | no JSON at all        | phoneNumber=NUMBER              |

    @single-answer
    Scenario: An empty body is refused
      Given a user with a mobile phone
      When the administrator updates the user's mobile phone from an empty body
      Then the request is refused
      And the user's phones are unchanged

  @id:update.phone-number-is-a-string @must @stated @last
  Rule: phoneNumber is a string in an update, too.
    Source: resource-beta-ja-en, Properties

    @single-answer
    Scenario Outline: A new phoneNumber that is <kind> is refused
      Given a user with a mobile phone
      When the administrator updates the user's mobile phone from the body <body>
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | kind      | body                                  |
        | a number  | {"phoneNumber": 12065550100}          |
        | a boolean | {"phoneNumber": true}                 |
        | an array  | {"phoneNumber": ["NUMBER"]}           |
        | an object | {"phoneNumber": {"number": "NUMBER"}} |

  @id:update.type-annotation-is-accepted @must @reference
  Rule: A body that names the type of what it represents in @odata.type is accepted when a phone is updated.
    Source: reference:resource, JSON representation

    @single-answer
    Scenario: An update as client libraries write it is accepted
      Given a user with a mobile phone
      When the administrator updates the user's mobile phone from the body {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "phoneNumber": "NUMBER"}
      Then the request succeeds

  @id:update.content-type-required @must @reference @last
  Rule: The Content-Type of an update must be application/json.
    Source: reference:update, Request headers

    @single-answer
    Scenario Outline: An update sent as <content type> is refused
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone as "<content type>"
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | content type                      |
        | text/plain                        |
        | application/x-www-form-urlencoded |

    @single-answer
    Scenario: A charset beside it makes no difference
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone as "application/json; charset=utf-8"
      Then the request succeeds

    @single-answer
    Scenario: An update without a Content-Type is refused
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone without a Content-Type
      Then the request is refused
      And the user's phones are unchanged

  @id:update.addressed-by-the-well-known-id @must @reference
  Rule: A phone can be updated by the id that phones of its type have for every user.
    Source: reference:update, Path parameters

    Scenario Outline: The <type> phone is updated by its well-known id
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator changes the number of the user's <type> phone by its well-known id
      Then the request succeeds
      And the user has a mobile, an alternateMobile and an office phone

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:update.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refused update answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a malformed number explains itself
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone to "abc"
      Then the answer is an error object
