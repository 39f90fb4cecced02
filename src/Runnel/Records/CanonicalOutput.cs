using System.Buffers;
using System.Globalization;
using System.Text;

namespace Runnel.Records;

/// <summary>Writes canonical JSON piece by piece; the caller keeps to the order of the keys.</summary>
internal static class CanonicalOutput
{
    // A sign and 19 digits.
    private const int LongestInteger = 20;

    extension(IBufferWriter<byte> output)
    {
        public void Write(CanonicalJson value) => output.Write(value.Utf8.Span);

        /// <summary>Writes an integer below 2^53 in magnitude, as seqs, counts and indexes are.</summary>
        public void WriteInteger(long integer)
        {
            integer.TryFormat(output.GetSpan(LongestInteger), out var written, provider: CultureInfo.InvariantCulture);
            output.Advance(written);
        }

        /// <summary>Writes a name of the protocol as a string: ASCII without anything to escape.</summary>
        public void WriteName(string name)
        {
            var span = output.GetSpan(name.Length + 2);
            span[0] = (byte)'"';
            var written = Encoding.ASCII.GetBytes(name, span[1..]);
            span[written + 1] = (byte)'"';
            output.Advance(written + 2);
        }

        /// <summary>Writes a comma, except before the first of a list.</summary>
        public void WriteSeparator(ref bool isFirst)
        {
            if (!isFirst) output.Write(","u8);
            isFirst = false;
        }
    }
}
