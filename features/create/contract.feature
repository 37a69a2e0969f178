@create @contract
Feature: Creating a phone: the contract
  Adds a phone to a user.

    POST /{version}/users/{id | userPrincipalName}/authentication/phoneMethods
    POST /{version}/me/authentication/phoneMethods
    Authorization: Bearer {token}

  The version is v1.0 or beta.
  A phone's id is 3179e48a-750b-4051-897c-87b9720928f7 (mobile), b6332ec1-7057-4abe-9331-3d72feddfe41 (alternateMobile) or
  e37fc753-ff3b-4958-9484-eaa9425c82bc (office).
  Body: An object in JSON (Content-Type: application/json) with phoneNumber and phoneType.
  Success: 201, with the phone.
  Refusal: 401 without a valid token, otherwise any status from 400 to 499 unless a rule names one; with an error object.
  Who may act on somebody else: a signed-in user with UserAuthenticationMethod.ReadWrite.All or
  UserAuthMethod-Phone.ReadWrite.All who is Authentication Administrator or Privileged Authentication Administrator; an
  application with the same permission.
  In the legacy edition, in beta, a Global Administrator may as well.
  Who may act on their own phones, under me or by their own id or userPrincipalName: nobody; in the legacy edition, in beta, a
  signed-in user with UserAuthenticationMethod.ReadWrite, UserAuthMethod-Phone.ReadWrite,
  UserAuthenticationMethod.ReadWrite.All or UserAuthMethod-Phone.ReadWrite.All; no role is needed.
  A personal account may do nothing, and an application may do nothing under me.

  Accepted: POST /v1.0/users/kim@contoso.com/authentication/phoneMethods
    {"phoneNumber": "+1 2065550100", "phoneType": "mobile"}
    201 {"id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneNumber": "+1 2065550100", "phoneType": "mobile", "smsSignInState": "ready"}
  Refused: 400 {"error": {"code": "badRequest", "message": "The user has a mobile phone."}}

  @id:create.answers-201 @must @stated @watch:success
  Rule: A successful create answers 201 Created.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Response; create-v1.0-ja + create-beta-en + create-beta-es, Examples

    @single-answer
    Scenario: A mobile phone is created
      Given a user with no phones
      When the administrator adds a mobile phone for the user
      Then the answer is 201 Created

  @id:create.answer-is-a-phone @must @stated @watch:phone
  Rule: A successful create answers with a phoneAuthenticationMethod in JSON, whose phoneType and smsSignInState are among the documented values.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Namespace; create-v1.0-ja + create-beta-en + create-beta-es, Response; resource-beta-ja-en, Properties; create-v1.0-ja + create-beta-en + create-beta-es, Examples; resource-beta-ja-en, Introduction; resource-beta-ja-en, JSON representation

    @single-answer
    Scenario Outline: The answer to a new <type> phone is a phone
      Given a user with <before>
      When the administrator adds <a phone> for the user
      Then the answer is a phone

      Examples:
        | type            | a phone                  | before         |
        | mobile          | a mobile phone           | no phones      |
        | alternateMobile | an alternateMobile phone | a mobile phone |
        | office          | an office phone          | no phones      |

  @id:create.echoes-the-request @must @stated
  Rule: The new phone in the answer has the phoneNumber and the phoneType of the request to the letter, extension included.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Response; create-v1.0-ja + create-beta-en + create-beta-es, Examples

    @single-answer
    Scenario Outline: The answer repeats <a phone>
      Given a user with <before>
      When the administrator adds <a phone> for the user
      Then the answer shows the phone as requested

      Examples:
        | a phone                  | before         |
        | a mobile phone           | no phones      |
        | an alternateMobile phone | a mobile phone |
        | an office phone          | no phones      |

    @single-answer
    Scenario: The answer repeats the extension of an office phone
      Given a user with no phones
      When the administrator adds an office phone with an extension for the user
      Then the answer shows the phone as requested

    @single-answer
    Scenario Outline: The answer repeats the number <number>, if it is accepted
      Given a user with no phones
      When the administrator adds <a phone> with the number "<number>" for the user
      Then the answer, if the request succeeds, shows the phone as requested

      Examples:
        | a phone         | number             |
        | a mobile phone  | +1 2065550100x12   |
        | an office phone | +1 2065550100x0012 |
        | an office phone | +1 20655501001234  |
        | an office phone | +44 02079460123    |

  @id:create.mobile-has-its-well-known-id @must @stated
  Rule: The id of a mobile phone is 3179e48a-750b-4051-897c-87b9720928f7 for every user.
    Source: enable-v1.0-fr, HTTP request; create-v1.0-ja + create-beta-en + create-beta-es, Examples

    @single-answer
    Scenario: A new mobile phone has the well-known id
      Given a user with no phones
      When the administrator adds a mobile phone for the user
      Then the answer has the well-known id of a mobile phone

  @id:create.other-types-have-their-well-known-ids @must @reference
  Rule: The id of an alternateMobile phone is b6332ec1-7057-4abe-9331-3d72feddfe41 and that of an office phone e37fc753-ff3b-4958-9484-eaa9425c82bc, for every user.
    Source: reference:update, Path parameters; reference:tutorial, ids of the phone types

    @single-answer
    Scenario Outline: A new <type> phone has the well-known id
      Given a user with <before>
      When the administrator adds <a phone> for the user
      Then the answer has the well-known id of <a phone>

      Examples:
        | type            | a phone                  | before         |
        | alternateMobile | an alternateMobile phone | a mobile phone |
        | office          | an office phone          | no phones      |

  @id:create.addressed-by-user-principal-name @must @stated
  Rule: The user whose phone is created may be addressed by user principal name.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, HTTP request; create-v1.0-ja + create-beta-es, Examples

    Scenario: A phone is created for a user principal name
      Given a user with no phones
      When the administrator adds a mobile phone for the user by user principal name
      Then the request succeeds
      And the user has a mobile phone

  @id:create.phone-number-required @must @stated @last
  Rule: The body must include phoneNumber.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body

    @single-answer
    Scenario Outline: A body <flaw> is refused
      Given a user with no phones
      When the administrator adds a phone from the body <body>
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | flaw                        | body                                         |
        | without a phoneNumber       | {"phoneType": "mobile"}                      |
        | whose phoneNumber is null   | {"phoneNumber": null, "phoneType": "mobile"} |

  @id:create.phone-number-is-a-string @must @stated @last
  Rule: phoneNumber is a string.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties

    @single-answer
    Scenario Outline: A phoneNumber that is <kind> is refused
      Given a user with no phones
      When the administrator adds a phone from the body <body>
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | kind      | body                                                                  |
        | a number  | {"phoneNumber": 12065550100, "phoneType": "mobile"}                   |
        | a boolean | {"phoneNumber": true, "phoneType": "mobile"}                          |
        | an array  | {"phoneNumber": ["NUMBER"], "phoneType": "mobile"}                    |
        | an object | {"phoneNumber": {"number": "NUMBER"}, "phoneType": "mobile"}          |

  @id:create.phone-type-required @must @stated @last
  Rule: The body must include phoneType.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body

    @single-answer
    Scenario Outline: A body <flaw> is refused
      Given a user with no phones
      When the administrator adds a phone from the body <body>
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | flaw                    | body                                         |
        | without a phoneType     | {"phoneNumber": "NUMBER"}                    |
        | whose phoneType is null | {"phoneNumber": "NUMBER", "phoneType": null} |

  @id:create.phone-type-is-known @must @stated @last
  Rule: phoneType is one of mobile, alternateMobile and office.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties; resource-beta-ja-en, Introduction

    @single-answer
    Scenario Outline: The phoneType <type> is refused
      Given a user with no phones
      When the administrator adds a phone from the body {"phoneNumber": "NUMBER", "phoneType": <type>}
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type                 |
        | "pager"              |
        | "phoneType-value"    |
        | ""                   |
        | "unknownFutureValue" |
        | 0                    |
        | true                 |
        | ["mobile"]           |

  @id:create.body-is-a-json-object @must @stated @last
  Rule: The body is the JSON representation of one phoneAuthenticationMethod.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body

    @single-answer
    Scenario Outline: A body that is <kind> is refused
      Given a user with no phones
      When the administrator adds a phone from the body <body>
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | kind            | body                                                 |
        | an empty object | {}                                                   |
        | an array        | [{"phoneNumber": "NUMBER", "phoneType": "mobile"}]   |
        | a string        | "NUMBER"                                             |
        | null            | null                                                 |
        | cut off         | {"phoneNumber": "NUMBER", "phoneType": "mobile"      |
        | no JSON at all  | phoneNumber=NUMBER&phoneType=mobile                  |

    @single-answer
    Scenario: An empty body is refused
      Given a user with no phones
      When the administrator adds a phone from an empty body
      Then the request is refused
      And the user's phones are unchanged

  @id:create.type-annotation-is-accepted @must @reference
  Rule: A body whose @odata.type is #microsoft.graph.phoneAuthenticationMethod is accepted when a phone is created.
    Source: reference:resource, JSON representation

    @single-answer
    Scenario: A body as client libraries write it is accepted
      Given a user with no phones
      When the administrator adds a phone from the body {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "phoneNumber": "NUMBER", "phoneType": "mobile"}
      Then the request succeeds

  @id:create.content-type-required @must @stated @last
  Rule: The Content-Type of the request must be application/json.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request headers

    @single-answer
    Scenario Outline: A body sent as <content type> is refused
      Given a user with no phones
      When the administrator adds a mobile phone for the user as "<content type>"
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | content type                      |
        | text/plain                        |
        | application/xml                   |
        | application/x-www-form-urlencoded |

    @single-answer
    Scenario: A charset beside it makes no difference
      Given a user with no phones
      When the administrator adds a mobile phone for the user as "application/json; charset=utf-8"
      Then the request succeeds

    @single-answer
    Scenario: A body without a Content-Type is refused
      Given a user with no phones
      When the administrator adds a mobile phone for the user without a Content-Type
      Then the request is refused
      And the user's phones are unchanged

  @id:create.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refused create answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a malformed number explains itself
      Given a user with no phones
      When the administrator adds a mobile phone with the number "abc" for the user
      Then the answer is an error object
