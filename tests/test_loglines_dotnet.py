"""What .NET writes, as its documentation and the reports of its users have it: it could not be run here."""

import pytest

from kubectl_why.diagnose import diagnose
from tests.logs import snapshot

_FRAMES = """\
   at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)
   at Program.<Main>$(String[] args) in /src/Depot/Program.cs:line 21"""

# Cause, what is named, the exit code, and the text.
SAID = [
    (
        "connection-refused",
        ["10.96.7.3", "5432"],
        134,
        "Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.7.3:5432\n"
        " ---> System.Net.Sockets.SocketException (111): Connection refused\n" + _FRAMES,
    ),
    (
        "connection-refused",
        ["5432"],
        134,
        "Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to [::1]:5432\n"
        " ---> System.Net.Sockets.SocketException (99): Cannot assign requested address\n" + _FRAMES,
    ),
    (
        "dns-not-found",
        [],
        134,
        "Unhandled exception. System.Net.Sockets.SocketException (00000005, 0xFFFDFFFF): Name or service not known\n"
        "   at System.Net.Dns.GetHostEntryOrAddressesCore(String hostName, Boolean justAddresses)\n" + _FRAMES,
    ),
    (
        "dns-not-found",
        ["rates"],
        134,
        "Unhandled exception. System.Net.Http.HttpRequestException: Name or service not known (rates:8080)\n"
        " ---> System.Net.Sockets.SocketException (0xFFFDFFFF): Name or service not known\n"
        "   at System.Net.Sockets.Socket.AwaitableSocketAsyncEventArgs.ThrowException(SocketError error)",
    ),
    (
        "authentication-failed",
        ["depot"],
        134,
        'Unhandled exception. Npgsql.PostgresException (0x80004005): 28P01: password authentication failed for user "depot"\n'
        + _FRAMES,
    ),
    (
        "database-not-ready",
        ["parcels"],
        134,
        "fail: Microsoft.EntityFrameworkCore.Database.Command[20102]\n"
        "      Failed executing DbCommand (3ms) [Parameters=[], CommandType='Text', CommandTimeout='30']\n"
        '      SELECT p."Id" FROM parcels AS p\n'
        'Unhandled exception. Npgsql.PostgresException (0x80004005): 42P01: relation "parcels" does not exist\n\n'
        "POSITION: 27\n" + _FRAMES,
    ),
    (
        "authentication-failed",
        ["sa"],
        134,
        "Unhandled exception. Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'sa'.\n"
        "   at Microsoft.Data.SqlClient.SqlInternalConnection.OnError(SqlException exception)\n"
        "ClientConnectionId:7d9a0d5c-11d9-4d0e-8f6e-0a4b9f0e9d11\nError Number:18456,State:1,Class:14",
    ),
    (
        "database-not-ready",
        ["Depot"],
        134,
        'Unhandled exception. Microsoft.Data.SqlClient.SqlException (0x80131904): Cannot open database "Depot" requested by the'
        " login. The login failed.\nLogin failed for user 'sa'.\n"
        "   at Microsoft.Data.SqlClient.SqlInternalConnection.OnError(SqlException exception)",
    ),
    (
        "tls-failure",
        [],
        134,
        "Unhandled exception. Microsoft.Data.SqlClient.SqlException (0x80131904): A connection was successfully established with"
        " the server, but then an error occurred during the pre-login handshake. (provider: TCP Provider, error: 35 - An internal"
        " exception was caught)\n ---> System.Security.Authentication.AuthenticationException: The remote certificate was rejected"
        " by the provided RemoteCertificateValidationCallback.",
    ),
    (
        "tls-failure",
        [],
        134,
        "Unhandled exception. System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner"
        " exception.\n ---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of"
        " errors in the certificate chain: UntrustedRoot\n   at System.Net.Security.SslStream.CompleteHandshake()",
    ),
    (
        "authentication-failed",
        [],
        134,
        "Unhandled exception. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s)."
        " There was an authentication failure; check that passwords (or client certificates) are configured correctly:"
        " (RedisServerException) WRONGPASS invalid username-password pair or user is disabled.\n"
        "   at StackExchange.Redis.ConnectionMultiplexer.ConnectImpl(ConfigurationOptions configuration)",
    ),
    (
        "authentication-failed",
        ["sessions", "6379"],
        134,
        "Unhandled exception. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s)."
        " There was an authentication failure; check that passwords (or client certificates) are configured correctly."
        " AuthenticationFailure (None, last-recv: 170) on sessions:6379/Interactive, Flushed/ComputeResult, last: ECHO",
    ),
    (
        "connection-refused",
        ["sessions", "6379"],
        134,
        "Unhandled exception. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s)."
        " Error connecting right now. To allow this multiplexer to continue retrying until it's able to connect, use"
        " abortConnect=false in your connection string or AbortOnConnectFail=false; in your code.\n"
        " ---> StackExchange.Redis.RedisConnectionException: UnableToConnect on sessions:6379/Interactive, Initializing/NotStarted",
    ),
    (
        "port-in-use",
        ["8080"],
        134,
        "fail: Microsoft.Extensions.Hosting.Internal.Host[11]\n      Hosting failed to start\n"
        "      System.IO.IOException: Failed to bind to address http://[::]:8080: address already in use.\n"
        "       ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use\n"
        "       ---> System.Net.Sockets.SocketException (98): Address already in use\n"
        "         at System.Net.Sockets.Socket.DoBind(EndPoint endPointSnapshot, SocketAddress socketAddress)\n"
        "Unhandled exception. System.IO.IOException: Failed to bind to address http://[::]:8080: address already in use.\n"
        " ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use",
    ),
    (
        "privileged-port-denied",
        [],
        134,
        "Unhandled exception. System.Net.Sockets.SocketException (13): Permission denied\n"
        "   at System.Net.Sockets.Socket.UpdateStatusAfterSocketErrorAndThrowException(SocketError error, String callerName)\n"
        "   at System.Net.Sockets.Socket.DoBind(EndPoint endPointSnapshot, SocketAddress socketAddress)\n"
        "   at System.Net.Sockets.Socket.Bind(EndPoint localEP)\n"
        "   at Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketConnectionListener.Bind()",
    ),
    (
        "invalid-configuration",
        ["BaseUrl"],
        134,
        "Unhandled exception. Microsoft.Extensions.Options.OptionsValidationException: DataAnnotation validation failed for"
        " 'RatesOptions' members: 'BaseUrl' with the error: 'The BaseUrl field is required.'.\n"
        "   at Microsoft.Extensions.Options.OptionsFactory`1.Create(String name)\n"
        "   at Microsoft.Extensions.Hosting.Internal.Host.StartAsync(CancellationToken cancellationToken)",
    ),
    (
        "invalid-configuration",
        ["BaseUrl"],
        1,
        '{"Timestamp":"2026-11-25T10:00:00.1000000+00:00","Level":"Fatal","MessageTemplate":"Start failed","Exception":'
        "\"Microsoft.Extensions.Options.OptionsValidationException: DataAnnotation validation failed for 'RatesOptions' members:"
        " 'BaseUrl' with the error: 'The BaseUrl field is required.'.\\n   at Microsoft.Extensions.Options.OptionsFactory`1."
        'Create(String name)"}',
    ),
    (
        "missing-file",
        ["/app/depot.dll"],
        131,
        "The command could not be loaded, possibly because:\n  * You intended to execute a .NET application:\n"
        "      The application '/app/depot.dll' does not exist.\n  * You intended to execute a .NET SDK command:\n"
        "      No .NET SDKs were found.",
    ),
    (
        "runtime-version-mismatch",
        ["Microsoft.AspNetCore.App", "9.0.0"],
        150,
        "You must install or update .NET to run this application.\n\nApp: /app/Depot.dll\nArchitecture: x64\n"
        "Framework: 'Microsoft.AspNetCore.App', version '9.0.0' (x64)\n.NET location: /usr/share/dotnet/\n\n"
        "The following frameworks were found:\n  8.0.11 at [/usr/share/dotnet/shared/Microsoft.AspNetCore.App]\n\nLearn more:\n"
        "https://aka.ms/dotnet/app-launch-failed",
    ),
    (
        "missing-file",
        ["/app/depot.pfx"],
        134,
        "Unhandled exception. System.IO.FileNotFoundException: Could not find file '/app/depot.pfx'.\n"
        "File name: '/app/depot.pfx'\n   at Interop.ThrowExceptionForIoErrno(ErrorInfo errorInfo, String path)",
    ),
    (
        "invalid-configuration",
        [],
        134,
        "Unhandled exception. System.InvalidOperationException: Unable to configure HTTPS endpoint. No server certificate was"
        " specified, and the default developer certificate could not be found or is out of date.\n"
        "   at Microsoft.AspNetCore.Hosting.ListenOptionsHttpsExtensions.UseHttps(ListenOptions listenOptions)",
    ),
    (
        "invalid-configuration",
        ["/app/appsettings.json"],
        134,
        "Unhandled exception. System.IO.InvalidDataException: Failed to load configuration from file '/app/appsettings.json'.\n"
        " ---> System.FormatException: Could not parse the JSON file.\n ---> System.Text.Json.JsonReaderException: '}' is invalid"
        " without a matching open. LineNumber: 12 | BytePositionInLine: 2.",
    ),
    (
        "missing-env-var",
        ["ConnectionStrings__Depot"],
        134,
        "Unhandled exception. System.InvalidOperationException: Connection string 'Depot' not found.\n"
        "   at Program.<Main>$(String[] args) in /src/Depot/Program.cs:line 9",
    ),
    (
        "unhandled-exception",
        ["InvalidOperationException", "IRateStore"],
        134,
        "Unhandled exception. System.AggregateException: Some services are not able to be constructed (Error while validating the"
        " service descriptor 'ServiceType: IDepot Lifetime: Scoped ImplementationType: Depot': Unable to resolve service for type"
        " 'IRateStore' while attempting to activate 'Depot'.)\n ---> System.InvalidOperationException: Error while validating the"
        " service descriptor 'ServiceType: IDepot Lifetime: Scoped ImplementationType: Depot': Unable to resolve service for type"
        " 'IRateStore' while attempting to activate 'Depot'.",
    ),
    (
        "unhandled-exception",
        ["Program.cs:14"],
        134,
        "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.\n"
        "   at Depot.Rates.Load() in /src/Depot/Program.cs:line 14",
    ),
    ("heap-exhausted", [], 134, "Out of memory.\n"),
    (
        "missing-module",
        ["Depot.Core"],
        134,
        "Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Depot.Core, Version=1.0.0.0,"
        " Culture=neutral, PublicKeyToken=null'. The system cannot find the file specified.",
    ),
    (
        "connection-refused",
        ["events-0", "9092"],
        1,
        "%3|1764064800.120|FAIL|rdkafka#consumer-1| [thrd:events-0:9092/bootstrap]: events-0:9092/bootstrap: Connect to ipv4#"
        "10.96.7.9:9092 failed: Connection refused (after 0ms in state CONNECT)\n"
        "%3|1764064801.121|ERROR|rdkafka#consumer-1| [thrd:events-0:9092/bootstrap]: 1/1 brokers are down\n"
        "Unhandled exception. Confluent.Kafka.KafkaException: Local: All broker connections are down",
    ),
]


@pytest.mark.parametrize(("cause", "mentions", "exit_code", "text"), SAID)
def test_said(cause, mentions, exit_code, text):
    diagnosis = diagnose(snapshot(text, exit_code=exit_code))
    assert diagnosis.broken == ()
    assert diagnosis.verdict == cause
    finding = diagnosis.verdicts[0].finding
    told = "\n".join([finding.message, *(evidence.value for evidence in finding.evidence if evidence.line is not None)])
    assert [mention for mention in mentions if mention not in told] == []
