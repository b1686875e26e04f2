"""Every exception that asyncpg knows is judged: the database's trouble, which is waited for, or our fault.

A new release of asyncpg may bring new ones: this test is red until somebody has judged them.
"""

from __future__ import annotations

import socket
import ssl

import asyncpg
import pytest

from chassis.database.errors import CONNECTION_ERRORS, TRANSIENT_ERRORS, DatabaseAway, RolledBack

WAITED_FOR = """
    AdminShutdownError CannotConnectNowError ClientCannotConnectError ConfigurationLimitExceededError
    ConnectionDoesNotExistError ConnectionFailureError ConnectionRejectionError CrashShutdownError
    DatabaseDroppedError DeadlockDetectedError DiskFullError DuplicateFileError FileNameTooLongError
    IdleInTransactionSessionTimeoutError IdleSessionTimeoutError InsufficientResourcesError
    InternalClientError InvalidAuthorizationSpecificationError InvalidCachedStatementError
    InvalidCatalogNameError InvalidPasswordError LockNotAvailableError OperatorInterventionError
    OutOfMemoryError OutdatedSchemaCacheError PostgresConnectionError PostgresIOError PostgresSystemError
    ProtocolError ProtocolViolationError QueryCanceledError ReadOnlySQLTransactionError SerializationError
    SnapshotTooOldError StatementCompletionUnknownError TargetServerAttributeNotMatched
    TooManyConnectionsError TransactionResolutionUnknownError TransactionTimeoutError UndefinedFileError
"""
OURS = """
    ActiveSQLTransactionError AmbiguousAliasError AmbiguousColumnError AmbiguousFunctionError
    AmbiguousParameterError ArraySubscriptError AssertError BadCopyFileFormatError
    BranchTransactionAlreadyActiveError CannotCoerceError CantChangeRuntimeParamError
    CardinalityViolationError CaseNotFoundError CharacterNotInRepertoireError CheckViolationError
    ClientConfigurationError CollationMismatchError ConfigFileError ContainingSQLNotPermittedError
    DataCorruptedError DataError DatatypeMismatchError DatetimeFieldOverflowError
    DependentObjectsStillExistError DependentPrivilegeDescriptorsStillExistError DiagnosticsError
    DivisionByZeroError DuplicateAliasError DuplicateColumnError DuplicateCursorError
    DuplicateDatabaseError DuplicateFunctionError DuplicateJsonObjectKeyValueError DuplicateObjectError
    DuplicatePreparedStatementError DuplicateSchemaError DuplicateTableError ErrorInAssignmentError
    EscapeCharacterConflictError EventTriggerProtocolViolatedError ExclusionViolationError
    ExternalRoutineError ExternalRoutineInvocationError FDWColumnNameNotFoundError
    FDWDynamicParameterValueNeededError FDWError FDWFunctionSequenceError
    FDWInconsistentDescriptorInformationError FDWInvalidAttributeValueError FDWInvalidColumnNameError
    FDWInvalidColumnNumberError FDWInvalidDataTypeDescriptorsError FDWInvalidDataTypeError
    FDWInvalidDescriptorFieldIdentifierError FDWInvalidHandleError FDWInvalidOptionIndexError
    FDWInvalidOptionNameError FDWInvalidStringFormatError FDWInvalidStringLengthOrBufferLengthError
    FDWInvalidUseOfNullPointerError FDWNoSchemasError FDWOptionNameNotFoundError FDWOutOfMemoryError
    FDWReplyHandleError FDWSchemaNotFoundError FDWTableNotFoundError FDWTooManyHandlesError
    FDWUnableToCreateExecutionError FDWUnableToCreateReplyError FDWUnableToEstablishConnectionError
    FatalPostgresError FeatureNotSupportedError ForeignKeyViolationError
    FunctionExecutedNoReturnStatementError GeneratedAlwaysError GroupingError
    HeldCursorRequiresSameIsolationLevelError InFailedSQLTransactionError
    InappropriateAccessModeForBranchTransactionError InappropriateIsolationLevelForBranchTransactionError
    IndeterminateCollationError IndeterminateDatatypeError IndexCorruptedError IndicatorOverflowError
    InsufficientPrivilegeError IntegrityConstraintViolationError InterfaceError InternalServerError
    IntervalFieldOverflowError InvalidArgumentForLogarithmError InvalidArgumentForNthValueFunctionError
    InvalidArgumentForNtileFunctionError InvalidArgumentForPowerFunctionError
    InvalidArgumentForSQLJsonDatetimeFunctionError InvalidArgumentForWidthBucketFunctionError
    InvalidArgumentForXqueryError InvalidBinaryRepresentationError InvalidCharacterValueForCastError
    InvalidColumnDefinitionError InvalidColumnReferenceError InvalidCursorDefinitionError
    InvalidCursorNameError InvalidCursorStateError InvalidDatabaseDefinitionError
    InvalidDatetimeFormatError InvalidEscapeCharacterError InvalidEscapeOctetError
    InvalidEscapeSequenceError InvalidForeignKeyError InvalidFunctionDefinitionError
    InvalidGrantOperationError InvalidGrantorError InvalidIndicatorParameterValueError
    InvalidJsonTextError InvalidLocatorSpecificationError InvalidNameError InvalidObjectDefinitionError
    InvalidParameterValueError InvalidPrecedingOrFollowingSizeError
    InvalidPreparedStatementDefinitionError InvalidRecursionError InvalidRegularExpressionError
    InvalidRoleSpecificationError InvalidRowCountInLimitClauseError
    InvalidRowCountInResultOffsetClauseError InvalidSQLJsonSubscriptError InvalidSQLStatementNameError
    InvalidSavepointSpecificationError InvalidSchemaDefinitionError InvalidSchemaNameError
    InvalidSqlstateReturnedError InvalidTableDefinitionError InvalidTablesampleArgumentError
    InvalidTablesampleRepeatError InvalidTextRepresentationError InvalidTimeZoneDisplacementValueError
    InvalidTransactionInitiationError InvalidTransactionStateError InvalidTransactionTerminationError
    InvalidUseOfEscapeCharacterError InvalidXmlCommentError InvalidXmlContentError InvalidXmlDocumentError
    InvalidXmlProcessingInstructionError LocatorError LockFileExistsError
    ModifyingExternalRoutineSQLDataNotPermittedError ModifyingSQLDataNotPermittedError
    MoreThanOneSQLJsonItemError MostSpecificTypeMismatchError NameTooLongError NoActiveSQLTransactionError
    NoActiveSQLTransactionForBranchTransactionError NoDataFoundError NoSQLJsonItemError
    NonNumericSQLJsonItemError NonUniqueKeysInAJsonObjectError NonstandardUseOfEscapeCharacterError
    NotAnXmlDocumentError NotNullViolationError NullValueInExternalRoutineNotAllowedError
    NullValueNoIndicatorParameterError NullValueNotAllowedError NumericValueOutOfRangeError
    ObjectInUseError ObjectNotInPrerequisiteStateError PLPGSQLError PostgresError
    PostgresFloatingPointError PostgresSyntaxError ProgramLimitExceededError
    ProhibitedExternalRoutineSQLStatementAttemptedError ProhibitedSQLStatementAttemptedError RaiseError
    ReadingExternalRoutineSQLDataNotPermittedError ReadingSQLDataNotPermittedError ReservedNameError
    RestrictViolationError SQLJsonArrayNotFoundError SQLJsonItemCannotBeCastToTargetTypeError
    SQLJsonMemberNotFoundError SQLJsonNumberNotFoundError SQLJsonObjectNotFoundError
    SQLJsonScalarRequiredError SQLRoutineError SQLStatementNotYetCompleteError SavepointError
    SchemaAndDataStatementMixingNotSupportedError SequenceGeneratorLimitExceededError
    SingletonSQLJsonItemRequiredError SrfProtocolViolatedError
    StackedDiagnosticsAccessedWithoutActiveHandlerError StatementTooComplexError
    StringDataLengthMismatchError StringDataRightTruncationError SubstringError SyntaxOrAccessError
    TooManyArgumentsError TooManyColumnsError TooManyJsonArrayElementsError TooManyJsonObjectMembersError
    TooManyRowsError TransactionIntegrityConstraintViolationError TransactionRollbackError
    TriggerProtocolViolatedError TriggeredActionError TriggeredDataChangeViolationError TrimError
    UndefinedColumnError UndefinedFunctionError UndefinedObjectError UndefinedParameterError
    UndefinedTableError UniqueViolationError UnknownPostgresError UnsafeNewEnumValueUsageError
    UnsupportedClientFeatureError UnsupportedServerFeatureError UnterminatedCStringError
    UntranslatableCharacterError WindowingError WithCheckOptionViolationError WrongObjectTypeError
    ZeroLengthCharacterStringError
"""
NEVER_RAISED = """
    DeprecatedFeature DynamicResultSetsReturned ImplicitZeroBitPadding InterfaceWarning
    NoAdditionalDynamicResultSetsReturned NoData NullValueEliminatedInSetFunction PostgresWarning
    PrivilegeNotGranted PrivilegeNotRevoked StringDataRightTruncation
"""


def _known() -> dict[str, type[BaseException]]:
    return {
        name: kind
        for name, kind in vars(asyncpg.exceptions).items()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    }


def test_every_class_of_asyncpg_is_judged_once() -> None:
    """By name, as no rule of families knows what a new one means."""
    judged = [*WAITED_FOR.split(), *OURS.split(), *NEVER_RAISED.split()]
    assert sorted(judged) == sorted(_known())


@pytest.mark.parametrize("name", WAITED_FOR.split())
def test_trouble_of_the_database_is_waited_for(name: str) -> None:
    """Whatever was being done is not to blame."""
    assert issubclass(_known()[name], TRANSIENT_ERRORS)


@pytest.mark.parametrize("name", OURS.split())
def test_a_fault_of_ours_is_not_waited_for(name: str) -> None:
    """Wrong arguments, wrong statements, broken rules: no patience mends them."""
    assert not issubclass(_known()[name], TRANSIENT_ERRORS)


def test_the_clients_own_word_for_wrong_arguments_is_not_waited_for() -> None:
    """It bears the name of another class, and hides behind it."""
    assert not issubclass(asyncpg.exceptions._base.DataError, TRANSIENT_ERRORS)


@pytest.mark.parametrize("kind", [DatabaseAway, ConnectionResetError, ConnectionRefusedError])
def test_a_network_that_fails_is_waited_for(kind: type[Exception]) -> None:
    """Also for a command line that only asks whether there is a connection."""
    assert issubclass(kind, CONNECTION_ERRORS)


@pytest.mark.parametrize(
    "kind",
    [
        FileNotFoundError,
        PermissionError,
        IsADirectoryError,
        socket.gaierror,
        ssl.SSLError,
        OSError,
        RolledBack,
        ValueError,
        RuntimeError,
    ],
)
def test_what_a_handler_does_wrong_elsewhere_is_no_trouble_of_the_database(kind: type[Exception]) -> None:
    """A missing file is no missing server; where a connection begins, these come as DatabaseAway."""
    assert not issubclass(kind, TRANSIENT_ERRORS)
