@delete @contract
Feature: Deleting a phone: the contract
  What comes back when a phone is deleted.

  @id:delete.answers-204 @must @reference @watch:success
  Rule: A successful delete answers 204 No Content, with nothing in the body.
    Source: reference:delete, Response; resource-beta-ja-en, Methods

    @single-answer
    Scenario Outline: The deletion of a <type> phone answers with nothing
      Given a user with <phones>
      When the administrator deletes the user's <type> phone
      Then the answer is 204 No Content
      And the answer is empty

      Examples:
        | type            | phones                                |
        | mobile          | a mobile phone                        |
        | alternateMobile | a mobile and an alternateMobile phone |
        | office          | an office phone                       |

  @id:delete.addressed-by-user-principal-name @must @reference
  Rule: The user whose phone is deleted may be addressed by user principal name.
    Source: reference:delete, HTTP request

    Scenario: A phone of a user principal name is deleted
      Given a user with a mobile and an alternateMobile phone
      When the administrator deletes the user's alternateMobile phone by user principal name
      Then the request succeeds
      And the user has a mobile phone

  @id:delete.addressed-by-the-well-known-id @must @reference
  Rule: A phone can be deleted by the id that phones of its type have for every user.
    Source: reference:update, Path parameters; reference:tutorial, ids of the phone types

    Scenario Outline: The <type> phone is deleted by its well-known id
      Given a user with <before>
      When the administrator deletes the user's <type> phone by its well-known id
      Then the request succeeds
      And the user has <after>

      Examples:
        | type            | before                                | after          |
        | mobile          | a mobile phone                        | no phones      |
        | alternateMobile | a mobile and an alternateMobile phone | a mobile phone |
        | office          | an office phone                       | no phones      |

  @id:delete.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refused delete answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a caller without a token explains itself
      Given a user with a mobile phone
      When a caller without a token deletes the user's mobile phone
      Then the answer is an error object
