@list @contract
Feature: Listing a user's phones: the contract
  Lists a user's phones.

    GET /{version}/users/{id | userPrincipalName}/authentication/phoneMethods
    GET /{version}/me/authentication/phoneMethods
    Authorization: Bearer {token}

  The version is v1.0 or beta.
  A phone's id is 3179e48a-750b-4051-897c-87b9720928f7 (mobile), b6332ec1-7057-4abe-9331-3d72feddfe41 (alternateMobile) or
  e37fc753-ff3b-4958-9484-eaa9425c82bc (office).
  Body: None.
  Success: 200, with an object whose value is the array of the phones.
  Refusal: 401 without a valid token, otherwise any status from 400 to 499 unless a rule names one; with an error object.
  Who may act on somebody else: a signed-in user with UserAuthenticationMethod.Read.All,
  UserAuthenticationMethod.ReadWrite.All, UserAuthMethod-Phone.Read.All or UserAuthMethod-Phone.ReadWrite.All who is
  Authentication Administrator, Privileged Authentication Administrator or Global Reader; an application with the same
  permission.
  In the legacy edition, in beta, a Global Administrator may as well.
  Who may act on their own phones, under me or by their own id or userPrincipalName: a signed-in user with
  UserAuthenticationMethod.Read, UserAuthenticationMethod.ReadWrite, UserAuthMethod-Phone.Read,
  UserAuthMethod-Phone.ReadWrite, UserAuthenticationMethod.Read.All, UserAuthenticationMethod.ReadWrite.All,
  UserAuthMethod-Phone.Read.All or UserAuthMethod-Phone.ReadWrite.All; no role is needed.
  A personal account may do nothing, and an application may do nothing under me.

  Accepted: GET /v1.0/users/kim@contoso.com/authentication/phoneMethods
    200 {"value": [{"id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneNumber": "+1 2065550100", "phoneType": "mobile", "smsSignInState": "ready"}]}
  Refused: 403 {"error": {"code": "accessDenied", "message": "The signed-in user has none of the roles."}}

  @id:list.answers-200 @must @reference @watch:success
  Rule: A successful list answers 200 OK.
    Source: reference:list, Response

    @single-answer
    Scenario: The phones of a user are listed
      Given a user with a mobile phone
      When the administrator lists the user's phones
      Then the answer is 200 OK

  @id:list.answer-is-a-collection-of-phones @must @reference @watch:collection
  Rule: A list answers with an object in JSON: its property `value` is an array of phoneAuthenticationMethod objects, each with documented values.
    Source: resource-beta-ja-en, Namespace; resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; resource-beta-ja-en, Introduction; resource-beta-ja-en, JSON representation; reference:list, Response

    @single-answer
    Scenario Outline: The answer for a user with <phones> is a collection of phones
      Given a user with <phones>
      When the administrator lists the user's phones
      Then the answer is a collection of phones

      Examples:
        | phones                                           |
        | no phones                                        |
        | a mobile, an alternateMobile and an office phone |

  @id:list.empty-list @must @reference
  Rule: The list of a user without phones is 200 OK and an empty collection.
    Source: reference:list, Response; resource-beta-ja-en, Methods; observed, an empty list

    Scenario: A user without phones has an empty list
      Given a user with no phones
      When the administrator lists the user's phones
      Then the answer is 200 OK
      And the answer holds no phones

  @id:list.addressed-by-user-principal-name @must @reference
  Rule: The user whose phones are listed may be addressed by user principal name.
    Source: reference:list, HTTP request

    Scenario: The phones of a user principal name are listed
      Given a user with a mobile and an office phone
      When the administrator lists the user's phones by user principal name
      Then the answer holds exactly the user's phones

  @id:list.mobile-has-its-well-known-id @must @stated
  Rule: A list shows a mobile phone with the id 3179e48a-750b-4051-897c-87b9720928f7.
    Source: enable-v1.0-fr, HTTP request; reference:list, Response

    @single-answer
    Scenario: The mobile phone has the well-known id
      Given a user with a mobile phone
      When the administrator lists the user's phones
      Then the listed mobile phone has its well-known id

  @id:list.other-types-have-their-well-known-ids @must @reference
  Rule: A list shows an alternateMobile phone with the id b6332ec1-7057-4abe-9331-3d72feddfe41 and an office phone with e37fc753-ff3b-4958-9484-eaa9425c82bc.
    Source: reference:update, Path parameters; reference:tutorial, ids of the phone types

    @single-answer
    Scenario Outline: The <type> phone has the well-known id
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator lists the user's phones
      Then the listed <type> phone has its well-known id

      Examples:
        | type            |
        | alternateMobile |
        | office          |

  @id:list.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refused list answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a caller without a token explains itself
      Given a user with a mobile phone
      When a caller without a token lists the user's phones
      Then the answer is an error object
